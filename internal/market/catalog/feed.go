package catalog

import (
	"encoding/xml"
	"net/http"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// feedSize is how many new goods an RSS feed tells of.
const feedSize = 50

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  string `xml:"guid"`
	Date  string `xml:"pubDate"`
	Text  string `xml:"description"`
}

// writeFeed answers an RSS 2.0 feed of new goods.
func writeFeed(w http.ResponseWriter, r *http.Request, title, path string, tiles []Tile) error {
	ctx := r.Context()
	lang := i18n.LangOf(ctx)
	feed := rss{Version: "2.0", Channel: rssChannel{Title: i18n.T(ctx, "catalog.feed.title", "what", title),
		Link: web.URL(ctx, path), Description: i18n.T(ctx, "catalog.feed.about", "what", title), Language: string(lang)}}
	for _, t := range tiles {
		url := web.URL(ctx, ProductPath(t.Slug))
		feed.Channel.Items = append(feed.Channel.Items, rssItem{Title: t.Title.In(lang), Link: url, GUID: url,
			Date: t.PublishedAt.UTC().Format(time.RFC1123Z), Text: t.Price.In(lang) + " · " + t.SellerName})
	}
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	web.Public(w, r, keepLists)
	_, err = w.Write(append([]byte(xml.Header), body...))
	return err
}
