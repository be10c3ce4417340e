package catalog

import "net/http"

func (h *Handlers) categoryGoods(w http.ResponseWriter, r *http.Request, tree *Tree, c Category) error {
	return nil
}
