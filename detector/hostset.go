package detector

import "hash/maphash"

// hostSet counts distinct hosts, of which there can be as many as fit into a message. It keeps a hash of each, in a table
// with open addressing: a map takes four times the memory.
type hostSet struct {
	size   int
	hashes []uint64 // 0 for none; at least a quarter of it is empty
	seed   maphash.Seed
}

func (s *hostSet) add(host string) {
	if s.hashes == nil {
		s.hashes, s.seed = make([]uint64, 64), maphash.MakeSeed()
	}
	if 4*s.size == 3*len(s.hashes) {
		old := s.hashes
		s.hashes, s.size = make([]uint64, 2*len(old)), 0
		for _, hash := range old {
			s.insert(hash)
		}
	}
	s.insert(maphash.String(s.seed, host))
}

func (s *hostSet) insert(hash uint64) {
	for i := hash; hash != 0; i++ {
		switch slot := &s.hashes[i%uint64(len(s.hashes))]; *slot {
		case hash:
			return
		case 0:
			*slot = hash
			s.size++
			return
		}
	}
}
