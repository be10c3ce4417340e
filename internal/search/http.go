package search

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search/text"
	"github.com/yarmarka/yarmarka/web"
)

// keptByProxies is for how many seconds a shared cache may keep a stranger's page.
const keptByProxies = 10

// Routes puts the search pages under r.
func (s *Service) Routes(r chi.Router) {
	r.Get("/search", web.Handle(s.getSearch))
	r.Get("/suggest", web.Handle(s.getSuggest))
	r.Get("/opensearch.xml", web.Handle(s.getOpenSearch))
}

func (s *Service) getSearch(w http.ResponseWriter, r *http.Request) error {
	p, problem := ParseParams(r)
	if problem != nil && errs.KindOf(problem) != errs.Invalid {
		return problem
	}
	res, err := s.Query(r.Context(), p)
	if err != nil {
		return err
	}
	v := NewView(r.Context(), s.now(), "/search", p, res, problem, s.pictures, nil)
	v.Tabs = viewer{ctx: r.Context(), path: web.Path(r.Context(), "/search"), p: p, res: res}.tabs(s.kinds)
	status := http.StatusOK
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	web.Public(w, r, keptByProxies)
	return web.Render(w, r, status, searchPage(s.page(r, p, v, res), v))
}

// page heads a search. What was found for words may be read by robots; its address is told to be that of the search itself, so
// that nobody fills an index with searches of their own.
func (s *Service) page(r *http.Request, p Params, v View, res Result) web.Page {
	ctx := r.Context()
	page := web.Page{Title: i18n.T(ctx, "search.title.bare"), Section: p.Kind.String(), Tab: "catalog",
		Description: i18n.T(ctx, "search.about"), NoIndex: p.Q != "" && len(res.Hits) == 0 || p.After != "", Errors: len(v.Problems)}
	if p.Q != "" {
		page.Title = i18n.T(ctx, "search.title", "q", p.Q, "count", v.Count)
	}
	return page
}

type suggestView struct {
	Query string        `json:"q"`
	Items []suggestItem `json:"suggestions"`
}

type suggestItem struct {
	Text string `json:"text"`
	Kind string `json:"kind"` // query or goods
	URL  string `json:"url"`
}

func (s *Service) getSuggest(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := r.URL.Query().Get("q")
	got, err := s.Suggest(ctx, q, i18n.LangOf(ctx))
	if err != nil {
		return err
	}
	v := suggestView{Query: text.Clean(q), Items: []suggestItem{}}
	for _, words := range got.Queries {
		v.Items = append(v.Items, suggestItem{Text: words, Kind: "query", URL: Params{Q: words}.Address(web.Path(ctx, "/search"))})
	}
	for _, h := range got.Hits {
		v.Items = append(v.Items, suggestItem{Text: h.Title, Kind: h.Kind.String(), URL: web.Path(ctx, hrefOf(h))})
	}
	w.Header().Add("Vary", "Accept")
	web.Public(w, r, keptByProxies)
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		body, err := json.Marshal(v)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, err = w.Write(body)
		return err
	}
	return web.Render(w, r, http.StatusOK, suggestList(v))
}

type openSearch struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          `xml:"ShortName"`
	Description string          `xml:"Description"`
	Encoding    string          `xml:"InputEncoding"`
	URLs        []openSearchURL `xml:"Url"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Template string `xml:"template,attr"`
}

func (s *Service) getOpenSearch(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	body, err := xml.MarshalIndent(openSearch{
		ShortName: i18n.T(ctx, "site.name"), Description: i18n.T(ctx, "search.opensearch"), Encoding: "UTF-8",
		URLs: []openSearchURL{
			{Type: "text/html", Template: web.URL(ctx, "/search") + "?q={searchTerms}"},
			{Type: "application/json", Template: web.URL(ctx, "/suggest") + "?q={searchTerms}"},
		},
	}, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/opensearchdescription+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err = w.Write(append([]byte(xml.Header), body...))
	return err
}
