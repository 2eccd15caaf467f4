# The two commands that need nothing but Go and a package manager: make demo, make test.

# The toolkit of the window reads the language from here, and complains about "C".
export LANG := en_US.UTF-8
unexport LC_ALL

.PHONY: help demo build test bench screenshots

help: ## shows this
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: ## installs what is missing, builds, and opens the demo mailbox (as text without a display)
	@.ci/packages demo
	@$(MAKE) --no-print-directory build
	@bin/pixelwacht demo

build: ## builds the program into bin/ (the first time takes some minutes)
	@echo 'Building; the first time takes some minutes.' >&2
	@go build -trimpath -tags migrated_fynedo -o bin/pixelwacht ./cmd/pixelwacht

test: ## installs what is missing, and runs every check and test
	@.ci/packages test
	@.ci/test

bench: ## measures detector, blocker, sync and window
	@.ci/packages test
	@CGO_ENABLED=0 go test -tags nogui -run '^$$' -bench . -benchmem -timeout 60m ./assets/... ./detector/... ./imapsync/... ./ui/report/... ./ui/view/...
	@go test -tags migrated_fynedo -run '^$$' -bench WindowLarge -benchtime 10x ./cmd/pixelwacht
	@go test -tags migrated_fynedo -run '^$$' -bench WindowBusy -benchtime 3m ./cmd/pixelwacht

screenshots: ## saves a picture of every page, in both languages and themes and two sizes, into .build/screenshots
	@.ci/packages test
	@mkdir -p .build/screenshots
	@PIXELWACHT_SCREENSHOTS=$(CURDIR)/.build/screenshots go test -count 1 -run TestEveryPage ./cmd/pixelwacht
