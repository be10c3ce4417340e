package casebook_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/clearance/casebook"
)

const (
	formHead    = "id,service,gross_g,value_sdr,insured,dest_eaeu,dest_forces_cn23,contents,seller,wants_vat0,expected_form\n"
	cultureHead = "id,item,hs6,year_made,as_of,author_is_sender,source_collection,expected\n"
	s10Head     = "identifier,valid\n"
)

// edges are rows that the given tables do not have: the edges of weight, value and year, other words for the same thing, other
// services, numbers as people type them.
var edges = map[string]string{
	"weight and value": formHead + `
2,letter_post_small_packet,2000,300,0,0,0,goods,individual,0,CN22
2a,Small Packet,2000,300.00000,0,0,0,goods,individual,0,CN22
3a,small_packet,1,300.0001,0,0,0,goods,individual,0,CN23
3b,small_packet,1,"299,99",0,0,0,gift,individual,0,CN22
5a,parcel,20000,20,0,0,0,goods,individual,0,CN23
5b,parcel,1,1000,0,0,0,goods,company,1,CN23
5c,ems,30000,100,0,0,0,goods,individual,0,CN23
5d,ems,30001,100,0,0,0,goods,individual,0,CHECK_COUNTRY`,
	"flags": formHead + `
8,letter_post_small_packet,450,40,0,0,1,goods,individual,0,CN23
11,letter_post_small_packet,450,40,1,0,0,goods,individual,0,CN23
11a,ems,450,40,1,0,0,goods,individual,0,CN23
11b,EMS,450,40,yes,0,0,goods,individual,0,CN23
13a,letter_post_small_packet,450,40,0,1,0,goods,individual,0,NONE_CUSTOMS
13b,letter_post_small_packet,450,40,1,1,1,goods,company,1,NONE_CUSTOMS
13c,parcel,20001,80,0,1,0,goods,company,0,CHECK_COUNTRY
13d,parcel,20000,80,0,1,0,goods,company,0,NONE_CUSTOMS
13e,letter_post_small_packet,2001,40,0,1,0,goods,individual,0,REFUSE_SERVICE`,
	"contents": formHead + `
12,letter,20,0,0,0,0,correspondence,individual,0,NONE
12a,letter_post_letter,20,0,0,0,0,documents,individual,0,NONE
12b,letter,20,0,0,0,0,,individual,0,NONE
12c,letter,120,10,0,0,0,goods,individual,0,CN22
12d,letter_post_small_packet,120,0,0,0,0,documents,individual,0,NONE
12f,parcel,900,20,0,0,0,documents,individual,0,CN23
12g,ems,200,0,0,0,0,documents,individual,0,NONE
12e,printed_matter,1500,20,0,0,0,goods,individual,0,CN22
16,letter_post_small_packet,450,0,0,0,0,goods,individual,0,INVALID
16a,parcel,450,0,0,0,0,gift,individual,0,INVALID
16b,ems,450,-1,0,0,0,sample,individual,0,INVALID
16c,letter_post_small_packet,450,0.0001,0,0,0,sample,individual,0,CN22`,
	"age": cultureHead + `
3,oil painting by the sender,970121,2020,2026,1,,PASS_WITH_STATEMENT
4,"oil painting, author unknown",970121,2020,2026,0,,NEEDS_EXPERT_OPINION
10a,book,490199,1977,2026,0,,PASS
11,book,490199,1976,2026,0,,NEEDS_EXPERT_OPINION
11a,book,490199,1976,2025,0,,PASS
11b,book,490199,1927,2026,0,,NEEDS_EXPERT_OPINION
11c,book,490199,1926,2026,0,,NEEDS_EXPERT_AND_PERMIT
12,"FED camera, 1955",900653,1955,2026,0,,NEEDS_EXPERT_OPINION
13,violin,920210,1880,2026,0,,NEEDS_EXPERT_AND_PERMIT
13a,balalaika,920290,2020,2026,0,,PASS
15,"stamps, collection",970400,1960,2026,0,,NEEDS_EXPERT_OPINION
17,wool carpet,570110,1950,2026,0,,NEEDS_EXPERT_OPINION
21,old book,490199,,2026,0,,NEEDS_DATA
21a,oil painting,970121,,2026,0,,NEEDS_DATA
21b,"samovar, brass",741810,,2026,0,,NEEDS_DATA`,
	"war": cultureHead + `
14a,steel helmet,650610,1945,2026,0,,NEEDS_EXPERT_AND_PERMIT
14b,steel helmet,650610,1946,2026,0,,NEEDS_EXPERT_OPINION
14c,"officer's greatcoat",620111,1944,2026,0,,NEEDS_EXPERT_AND_PERMIT
14d,солдатская шинель,620111,1944,2026,0,,NEEDS_EXPERT_AND_PERMIT
14g,"солдатские каски, две",650610,1943,2026,0,,NEEDS_EXPERT_AND_PERMIT
14h,две шинели,620111,1943,2026,0,,NEEDS_EXPERT_AND_PERMIT
14i,"steel helmets, pair",732690,1943,2026,0,,NEEDS_EXPERT_AND_PERMIT
14j,серьги гранатовые,711719,1943,2026,0,,NEEDS_EXPERT_OPINION
14e,bicycle helmet,650610,2025,2026,0,,PASS
14f,army-style jacket,620193,2025,2026,0,,PASS`,
	"funds and digs": cultureHead + `
18,painting,970121,1850,2026,0,museum,REFUSED
18a,painting,970121,1850,2026,0,museum_fund,REFUSED
18b,painting,970121,1850,2026,0,State Museum,REFUSED
18c,manuscript,970522,1700,2026,0,Archive Fund,REFUSED
18d,book,490199,1800,2026,0,library,REFUSED
18e,блюдо,691200,1990,2026,0,Музейный фонд,REFUSED
18f,oil painting,970121,2020,2026,1,museum,REFUSED
19a,arrowhead,970510,800,2026,0,Archaeology,REFUSED
19b,bead,701810,900,2026,0,archaeological dig,REFUSED
18g,book,490199,1990,2026,0,в библиотеке,REFUSED
18h,book,490199,1990,2026,0,в архиве,REFUSED
18i,блюдо,691200,1990,2026,0,из фондов музеев,REFUSED
18j,блюдо,691200,1990,2026,0,музейная коллекция,REFUSED
19c,бусы,701810,900,2026,0,из раскопок,REFUSED
19d,бусы,701810,900,2026,0,археологических экспедиций,REFUSED
20,ceramic plate,691200,2020,2026,0,private,PASS
20a,linen towel,630260,,2026,0,,PASS
22,"coins, collection",970539,1950,2026,0,,REFUSED_BY_POST
22a,silver coin,711890,2024,2026,0,,REFUSED_BY_POST`,
	"numbers": s10Head + `
RR000000014RU,1
LZ109440223RU,1
UA500000052RU,1
VV202607010RU,1
LA271828189RU,1
EE141421354RU,1
RA123556770RU,1
RB123456785GB,1
RR473124829GB,1
EE471108151FR,1
RR287043775IN,1
RB123456786US,0
EB000717594HK,0
EB900717618HK,0
1847176155123,0
ra123456785ru,0
RA123456785ru,0`,
}

func TestCasesHoldAtTheEdges(t *testing.T) {
	t.Parallel()
	for name, table := range edges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cases, err := casebook.Run(library(t), strings.NewReader(strings.ReplaceAll(table, "\n\n", "\n")), day)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cases {
				if !c.Holds() {
					t.Errorf("%s: the rules say %s (%s), want %s", c.ID, c.Got, c.Because, c.Want)
				}
			}
		})
	}
}

// A service that nobody has is told with those that there are, whatever form its row would have come to.
func TestAServiceThatNobodyHasIsTold(t *testing.T) {
	t.Parallel()
	cases, err := casebook.Run(library(t), strings.NewReader(formHead+"1,airmail,5000,20,0,0,0,goods,individual,0,CN23\n2,packt,50,20,0,0,0,goods,individual,0,CN22\n"), day)
	if err != nil || len(cases) != 2 {
		t.Fatal(cases, err)
	}
	for _, c := range cases {
		if c.Got != "UNREADABLE" || !strings.Contains(c.Because, "is no service: write letter, small_packet, printed_matter, m_bag, parcel, ems") {
			t.Errorf("%+v", c)
		}
	}
}

// A row that cannot be read is told, and the others are judged.
func TestARowThatCannotBeReadIsToldAndTheOthersJudged(t *testing.T) {
	t.Parallel()
	cases, err := casebook.Run(library(t), strings.NewReader("\ufeff"+cultureHead+"1,cup,691200,about 1990,2026,0,,PASS\r\n2,cup,691200,1990,2026,0,,PASS\r\n"), day)
	if err != nil || len(cases) != 2 || cases[0].Got != "UNREADABLE" || !strings.Contains(cases[0].Because, "is not a year") || !cases[1].Holds() {
		t.Errorf("%+v, %v", cases, err)
	}
	for text, says := range map[string]string{"": "no heading", "a,b\n1,2\n": "no known table", s10Head + "RA123456785RU\n": "has 1 columns"} {
		if _, err := casebook.Run(library(t), strings.NewReader(text), day); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q is answered with %v, want %q", text, err, says)
		}
	}
}
