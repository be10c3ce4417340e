package standin

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

func (s *Server) makeBatch(w http.ResponseWriter, r *http.Request) {
	var ids []int64
	if err := json.NewDecoder(r.Body).Decode(&ids); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "Bad Request", "status": 400})
		return
	}
	day := r.URL.Query().Get("sending-date")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "sending-date", "status": 400})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &batch{Day: day, Status: "CREATED", Created: s.now()}
	done, bad := []int64{}, []map[string]any{}
	for i, id := range ids {
		it := s.items[id]
		if it == nil || it.Removed || it.Batch != "" {
			bad = append(bad, map[string]any{"position": i, "error-code": "NOT_FOUND"})
			continue
		}
		if b.Name == "" {
			s.lastName++
			b.Name, b.Office = strconv.FormatInt(s.lastName, 10), it.Office
		}
		it.Batch, it.Shipped = b.Name, s.now()
		b.IDs = append(b.IDs, id)
		done = append(done, id)
		if err := s.kept.write(record{Item: it}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	a := map[string]any{"result-ids": done, "batches": []any{}}
	if b.Name != "" {
		s.batches[b.Name] = b
		if err := s.kept.write(record{Batch: b}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		a["batches"] = []any{s.shownBatch(b)}
	}
	if len(bad) > 0 {
		a["errors"] = bad
	}
	answer(w, http.StatusOK, a)
}

func (s *Server) shownBatch(b *batch) map[string]any {
	var mass int64
	for _, id := range b.IDs {
		mass += s.items[id].Mass
	}
	return map[string]any{"batch-name": b.Name, "batch-status": b.Status, "shipment-count": len(b.IDs), "shipment-mass": mass,
		"postoffice-code": b.Office, "list-number-date": b.Day}
}

func (s *Server) getBatch(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.batches[r.PathValue("name")]
	if b == nil {
		notFound(w)
		return
	}
	answer(w, http.StatusOK, s.shownBatch(b))
}

// inBatch lists a page of a batch's items.
func (s *Server) inBatch(w http.ResponseWriter, r *http.Request) {
	size, sizeErr := strconv.Atoi(r.URL.Query().Get("size"))
	page, pageErr := strconv.Atoi(r.URL.Query().Get("page"))
	if sizeErr != nil || pageErr != nil || size < 1 || page < 0 {
		answer(w, http.StatusBadRequest, map[string]any{"error": "size, page", "status": 400})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.batches[r.PathValue("name")]
	if b == nil {
		notFound(w)
		return
	}
	list := []any{}
	for _, id := range b.IDs[min(page*size, len(b.IDs)):min((page+1)*size, len(b.IDs))] {
		list = append(list, s.shown(s.items[id], s.now()))
	}
	answer(w, http.StatusOK, list)
}

func (s *Server) checkIn(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.batches[r.PathValue("name")]
	switch {
	case b == nil:
		notFound(w)
		return
	case b.Status != "CREATED":
		answer(w, http.StatusOK, map[string]any{"f103-sent": false, "error-code": "BATCH_ALREADY_SENT"})
		return
	}
	b.Status = "SENT"
	now := s.now()
	for _, id := range b.IDs {
		it := s.items[id]
		it.Accepted = now
		if err := s.kept.write(record{Item: it}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	if err := s.kept.write(record{Batch: b}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, http.StatusOK, map[string]any{"f103-sent": true})
}

// forms answers with a page that says what it stands for.
func (s *Server) forms(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	s.mu.Lock()
	it, b := s.items[id], s.batches[r.PathValue("id")]
	s.mu.Unlock()
	if (err != nil || it == nil) && b == nil {
		notFound(w)
		return
	}
	text := "Demonstration paper: batch " + r.PathValue("id")
	if it != nil {
		text = "Demonstration paper: " + it.Barcode.String()
	}
	w.Header().Set("Content-Type", "application/pdf")
	_, _ = w.Write(page(text)) // the client may be gone
}

func (s *Server) allForms(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	b := s.batches[r.PathValue("id")]
	s.mu.Unlock()
	if b == nil {
		notFound(w)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	z := zip.NewWriter(w)
	if f, err := z.Create("f103.pdf"); err == nil {
		_, _ = f.Write(page("Demonstration paper: batch " + b.Name)) // the client may be gone
	}
	_ = z.Close()
}

// page is the smallest PDF that says one line in plain Latin letters.
func page(text string) []byte {
	stream := "BT /F1 12 Tf 40 780 Td (" + text + ") Tj ET"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(stream), stream),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}
	out := "%PDF-1.4\n"
	var at []int
	for i, o := range objects {
		at = append(at, len(out))
		out += fmt.Sprintf("%d 0 obj%s endobj\n", i+1, o)
	}
	table := len(out)
	out += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		out += fmt.Sprintf("%010d 00000 n \n", offset)
	}
	return []byte(out + fmt.Sprintf("trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table))
}
