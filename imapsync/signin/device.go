package signin

import (
	"context"
	"errors"

	"pixelwacht/imapsync"
)

// Code is what people enter on a page to sign in, on this device or another one.
type Code struct {
	Code string
	Page string // URL
}

// HasDevice reports whether people can sign in with a code.
func (p *Params) HasDevice() bool { return p.OAuth.Device != "" }

// Device has the user enter a code on a page, and returns the refresh token. show shows both, and returns at once.
func Device(ctx context.Context, p Params, show func(Code)) (imapsync.Secret, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	if !p.HasDevice() {
		return "", p.problem(imapsync.SignInFailed, "", errors.New("the provider does not let people sign in with a code"))
	}
	ctx, config := p.config(ctx, "")
	device, err := config.DeviceAuth(ctx)
	if err != nil {
		return "", p.explain(imapsync.SignInFailed, err)
	}
	show(Code{Code: imapsync.Printable(device.UserCode), Page: imapsync.Printable(device.VerificationURI)})
	return p.refreshToken(config.DeviceAccessToken(ctx, device))
}
