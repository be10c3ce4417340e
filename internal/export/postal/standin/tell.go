package standin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// tellWithin bounds one word to a stand-in.
const tellWithin = 5 * time.Second

// Tell lays a hand on an item of the stand-in at an address, as Act does: release, inspect, … An item that it does not
// know, or that cannot be acted on any more, is no error: there is nothing left to do.
func Tell(ctx context.Context, address, number, action string) error {
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	to := strings.TrimSuffix(address, "/") + "/control/items/" + url.PathEscape(number) + "/" + url.PathEscape(action)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("the stand-in answers %s to %s of %s", resp.Status, action, number)
	}
	return nil
}
