package program

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// beginCall claims an idempotency key, or one whose request got lost on its way; else it gives what is kept under it.
func beginCall(ctx context.Context, db pg.DB, c call, lostBefore time.Time) (earlier call, mine bool, err error) {
	n, err := pg.Exec(ctx, db, `
		insert into export_desk_calls as c (key_id, idempotency_key, request_hash, at) values ($1, $2, $3, $4)
		on conflict (key_id, idempotency_key) do update set at = excluded.at
			where c.status is null and c.request_hash = excluded.request_hash and c.at < $5`, c.KeyID, c.Key, c.Hash, c.At, lostBefore)
	if err != nil || n == 1 {
		return earlier, n == 1, err
	}
	earlier, err = pg.One[call](ctx, db, `
		select key_id, idempotency_key as key, request_hash as hash, status, coalesce(answer, '') as answer, at
		from export_desk_calls where key_id = $1 and idempotency_key = $2`, c.KeyID, c.Key)
	return earlier, false, err
}

// endCall keeps the answer, or forgets the request when it may go better next time.
func endCall(ctx context.Context, db pg.DB, c call, out *recorder) error {
	if !out.final() {
		_, err := pg.Exec(ctx, db, `delete from export_desk_calls where key_id = $1 and idempotency_key = $2`, c.KeyID, c.Key)
		return err
	}
	_, err := pg.Exec(ctx, db, `update export_desk_calls set status = $3, answer = $4 where key_id = $1 and idempotency_key = $2`,
		c.KeyID, c.Key, out.status, out.body.String())
	return err
}

func deleteCalls(ctx context.Context, db pg.DB, before time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from export_desk_calls where at < $1`, before)
}
