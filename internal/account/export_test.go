package account

// Hashes is how many passwords were hashed so far, right or wrong.
func (s *Service) Hashes() int64 { return s.hasher.made.Load() }

// HashSlots is how many are hashed at one moment at most, and HashBytes what each of them takes.
func (s *Service) HashSlots() int { return cap(s.hasher.slots) }

// HashBytes is the memory of one hash at work.
const HashBytes = argonMemory << 10
