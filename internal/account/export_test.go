package account

import "github.com/yarmarka/yarmarka/internal/account/password"

// Hashes is how many passwords were hashed so far, right or wrong.
func (s *Service) Hashes() int64 { return s.hasher.Made.Load() }

// HashSlots is how many are hashed at one moment at most, and HashBytes what each of them takes.
func (s *Service) HashSlots() int { return s.hasher.AtOnce }

// HashBytes is the memory of one hash at work.
const HashBytes = password.Memory << 10
