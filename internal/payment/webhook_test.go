package payment_test

import "github.com/yarmarka/yarmarka/internal/payment/stripefake"

func mode(copies int, shuffle bool) stripefake.Mode {
	return stripefake.Mode{Copies: copies, Shuffle: shuffle}
}
