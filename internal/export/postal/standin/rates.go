package standin

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// ratesXML is a made-up day in the shape and encoding of the Central Bank's file.
//
//go:embed data/rates.xml
var ratesXML []byte

// valute is one currency of a day; Value in ten-thousandths of a rouble for Nominal units.
type valute struct {
	ID, Num, Code string
	Nominal       int64
	Name          string
	Value         int64
}

// base is the made-up day that others are scaled from: the file's currencies and those of more destinations.
var base = append(fileRates(), []valute{
	{"R01010", "036", "AUD", 1, "Австралийский доллар", 541210}, {"R01060", "051", "AMD", 100, "Армянских драмов", 216540},
	{"R01035", "826", "GBP", 1, "Фунт стерлингов", 1121340}, {"R01090B", "933", "BYN", 1, "Белорусский рубль", 274310},
	{"R01115", "986", "BRL", 1, "Бразильский реал", 150870}, {"R01350", "124", "CAD", 1, "Канадский доллар", 605120},
	{"R01370", "417", "KGS", 100, "Сомов", 949020}, {"R01375", "156", "CNY", 1, "Юань", 115630},
	{"R01565", "985", "PLN", 1, "Злотый", 224150}, {"R01700J", "949", "TRY", 10, "Турецких лир", 203450},
	{"R01230", "784", "AED", 1, "Дирхам ОАЭ", 225990}, {"R01270", "356", "INR", 100, "Индийских рупий", 968810},
	{"R01775", "756", "CHF", 1, "Швейцарский франк", 1018870}, {"R01805F", "941", "RSD", 100, "Сербских динаров", 818230},
	{"R01815", "410", "KRW", 1000, "Вон", 601430},
}...)

func fileRates() []valute {
	var file struct {
		List []struct {
			ID       string `xml:"ID,attr"`
			NumCode  string `xml:"NumCode"`
			CharCode string `xml:"CharCode"`
			Nominal  int64  `xml:"Nominal"`
			Name     string `xml:"Name"`
			Value    string `xml:"Value"`
		} `xml:"Valute"`
	}
	d := xml.NewDecoder(strings.NewReader(string(ratesXML)))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) {
		return charmap.Windows1251.NewDecoder().Reader(in), nil
	}
	if err := d.Decode(&file); err != nil {
		panic("standin: rates.xml: " + err.Error())
	}
	var list []valute
	for _, v := range file.List {
		value, err := strconv.ParseInt(strings.Replace(v.Value, ",", "", 1), 10, 64)
		if err != nil {
			panic("standin: rates.xml: " + v.Value)
		}
		list = append(list, valute{v.ID, v.NumCode, v.CharCode, v.Nominal, v.Name, value})
	}
	return list
}

// on sways a value slowly over the days, each currency in its own time, within two per cent.
func (v valute) on(day time.Time) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(v.Code)) // a hash never fails
	const period = 120
	at := (day.Unix()/86400 + int64(h.Sum32()%period)) % period
	sway := at - period/2
	if sway < 0 {
		sway = -sway
	}
	return v.Value + v.Value*(sway-period/4)*7/10000
}

// inForce is the day whose rates hold on a day: those set on Friday, dated Saturday, hold until Monday.
func inForce(day time.Time) time.Time {
	switch day.Weekday() {
	case time.Sunday:
		return day.AddDate(0, 0, -1)
	case time.Monday:
		return day.AddDate(0, 0, -2)
	}
	return day
}

func (s *Server) rates(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	now, mode := s.now(), s.faults.Rates
	s.mu.Unlock()
	y, m, d := now.In(moscow).Date()
	last := time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC) // tomorrow's are known in the afternoon
	day := last
	if text := r.URL.Query().Get("date_req"); text != "" {
		asked, err := time.Parse("02/01/2006", text)
		if err != nil {
			http.Error(w, "Error in parameters", http.StatusOK)
			return
		}
		if asked.Before(day) {
			day = asked
		}
	}
	if mode == "stale" {
		day = day.AddDate(0, 0, -3)
	}
	body := ratesFile(inForce(day))
	w.Header().Set("Content-Type", "application/xml; charset=windows-1251")
	switch mode {
	case "cut":
		body = body[:len(body)/2]
	case "empty":
		body = nil
	case "html":
		w.Header().Set("Content-Type", "text/html")
		body = []byte("<html><body><h1>Технические работы</body>")
	}
	_, _ = w.Write(body) // the client may be gone
}

func ratesFile(day time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="windows-1251"?><!-- synthetic: made-up rates of a stand-in --><ValCurs Date="%s" name="Foreign Currency Market">`, day.Format("02.01.2006"))
	for _, v := range base {
		value := v.on(day)
		unit := value * 10000 / v.Nominal
		fmt.Fprintf(&b, `<Valute ID="%s"><NumCode>%s</NumCode><CharCode>%s</CharCode><Nominal>%d</Nominal><Name>%s</Name><Value>%d,%04d</Value><VunitRate>%d,%08d</VunitRate></Valute>`,
			v.ID, v.Num, v.Code, v.Nominal, v.Name, value/10000, value%10000, unit/1e8, unit%1e8)
	}
	b.WriteString("</ValCurs>")
	out, err := charmap.Windows1251.NewEncoder().Bytes([]byte(b.String()))
	if err != nil {
		panic("standin: " + err.Error()) // the names are Russian
	}
	return out
}
