package detector

import "hash/maphash"

// hostSet counts distinct hosts, of which there can be as many as fit into a message. It keeps a hash of each, in a table
// with open addressing, so that of a million hosts some hundred may count as one: a map takes eight times the memory.
type hostSet struct {
	size   int
	hashes []uint32 // 0 for none; at least a quarter of it is empty
	seed   maphash.Seed
}

func (s *hostSet) add(host string) {
	if s.hashes == nil {
		s.hashes, s.seed = make([]uint32, 64), maphash.MakeSeed()
	}
	if 4*s.size == 3*len(s.hashes) {
		old := s.hashes
		s.hashes, s.size = make([]uint32, 2*len(old)), 0
		for _, hash := range old {
			s.insert(hash)
		}
	}
	s.insert(uint32(maphash.String(s.seed, host)))
}

func (s *hostSet) insert(hash uint32) {
	for i := hash; hash != 0; i++ {
		switch slot := &s.hashes[i%uint32(len(s.hashes))]; *slot {
		case hash:
			return
		case 0:
			*slot = hash
			s.size++
			return
		}
	}
}
