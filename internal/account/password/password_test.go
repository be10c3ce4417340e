package password

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, password, want string }{
		{"37 Cyrillic letters", "съешьещёэтихмягкихфранцузскихбулочекда", ""},
		{"64 letters", strings.Repeat("длинная фраза! ", 4) + "ещё!", ""},
		{"256 characters", strings.Repeat("语言密码短语七八", 32), ""},
		{"four words", "correct horse battery staple", ""},
		{"nothing", "", "form.required"},
		{"seven", "ж7-ы_Q!", "account.password.short"},
		{"seven that NFKC shortens", "e\u0301ж7-ы_Q", "account.password.short"},
		{"too long", strings.Repeat("a1", 300), "account.password.long"},
		{"a megabyte", strings.Repeat("п", 1<<19), "account.password.long"},
		{"broken text", "\xff\xfe12345678", "form.bad_text"},
		{"the first of every list", "password", "account.password.common"},
		{"with signs for letters", "P@ssw0rd123", "account.password.common"},
		{"Russian word and digits", "Пароль123", "account.password.common"},
		{"keyboard run", "йцукен123", "account.password.common"},
		{"the same keys in the other layout", "qwerty123", "account.password.common"},
		{"a Russian word typed in Latin", "Gfhjkm2024", "account.password.common"},
		{"a Latin word typed in Russian", "зфыыцщкв", "account.password.common"},
		{"a love story", "ятебялюблю", "account.password.common"},
		{"a digit run", "123456789", "account.password.common"},
		{"backwards", "87654321", "account.password.common"},
		{"one sign", "аааааааааа", "account.password.common"},
		{"two signs", "abababab", "account.password.common"},
		{"twice", "наташанаташа", "account.password.common"},
		{"a year", "spartak1990", "account.password.common"},
		{"the market's name", "Ярмарка2026", "account.password.common"},
		{"the market's name in Latin letters", "yarmarka2026", "account.password.common"},
		{"the market's name in the other layout", "Zhvfhrf2026", "account.password.common"},
		{"own name", "АннаСоколова1", "account.password.common"},
		{"own mailbox", "anna.sokolova", "account.password.common"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Check(tt.password, "Анна Соколова", "anna.sokolova@example.ru"); got != tt.want {
				t.Errorf("Check(%.40q) = %q, want %q", tt.password, got, tt.want)
			}
		})
	}
}

func TestCommonListIsLongEnough(t *testing.T) {
	t.Parallel()
	long := 0
	for pw := range commonPasswords() {
		if len([]rune(pw)) >= Min {
			long++
		}
	}
	if long < 3000 { // ASVS 5.0 V6.2.4
		t.Errorf("%d common passwords could be chosen, want at least 3000 refused", long)
	}
}

func TestHashes(t *testing.T) {
	t.Parallel()
	h := NewHasher()
	ctx := t.Context()
	encoded, err := h.Hash(ctx, "ещё один пароль, é")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(encoded, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q", encoded)
	}
	other, err := h.Hash(ctx, "ещё один пароль, é")
	if err != nil || other == encoded {
		t.Errorf("a second hash is equal, or %v", err)
	}
	for pw, want := range map[string]bool{
		"ещё один пароль, é":       true,
		"ещё один пароль, e\u0301": true, // another keyboard's way to type é
		"еще один пароль, é":       false,
		"":                         false,
	} {
		if got, err := h.Verify(ctx, encoded, pw); err != nil || got != want {
			t.Errorf("verify(%q) = %v, %v; want %v", pw, got, err, want)
		}
	}
	// To the last letter: a hash that cuts at 72 bytes would take the second for the first.
	long := strings.Repeat("длинная фраза! ", 20)
	if encoded, err = h.Hash(ctx, long+"а"); err != nil {
		t.Fatal(err)
	}
	for end, want := range map[string]bool{"а": true, "б": false, "": false, "А": false} {
		if got, err := h.Verify(ctx, encoded, long+end); err != nil || got != want {
			t.Errorf("a long password that ends with %q: %v, %v", end, got, err)
		}
	}
	// What was made before the costs rose, or after, is still known; what asks for the whole machine is not tried.
	for _, c := range []costs{{8192, 1, 1}, {2 * Memory, 3, 2}} {
		old := encodeHash("старая фраза", []byte("0123456789abcdef"), c)
		for pw, want := range map[string]bool{"старая фраза": true, "другая фраза": false} {
			if got, err := h.Verify(ctx, old, pw); err != nil || got != want {
				t.Errorf("%s: verify(%q) = %v, %v", old, pw, got, err)
			}
		}
	}
	for _, greedy := range []string{"m=4194304,t=2,p=1", "m=19456,t=4000000,p=1", "m=19456,t=2,p=0", "m=0,t=1,p=1", "m=-1,t=2,p=1", "m=19456,t=2,p=1x"} {
		if _, err := h.Verify(ctx, "$argon2id$v=19$"+greedy+"$AAAA$AAAA", "x"); err == nil {
			t.Errorf("a hash of %s was tried", greedy)
		}
	}
	if got, err := h.Verify(ctx, "", "the password of nobody"); err != nil || got {
		t.Errorf("nobody's password fits: %v, %v", got, err)
	}
	if _, err := h.Verify(ctx, "$2a$10$abc", "x"); err == nil {
		t.Error("a hash of another kind was understood")
	}
}

func TestHasherIsBounded(t *testing.T) {
	t.Parallel()
	h := NewHasher()
	h.wait = 5 * time.Millisecond
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	if _, err := h.Hash(t.Context(), "x"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("with no slot free: %v, want Unavailable", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.wait = time.Minute
	if _, err := h.Hash(ctx, "x"); !errs.Cancelled(err) {
		t.Errorf("with nobody waiting: %v, want cancelled", err)
	}
}
