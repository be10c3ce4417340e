package statement_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/yarmarka/yarmarka/internal/payment/statement"
)

const ours = "40702810900000000001"

const exchange = `1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Банк
ДатаНачала=21.11.2026
ДатаКонца=21.11.2026
РасчСчет=40702810900000000001
СекцияРасчСчет
НачальныйОстаток=0
КонецРасчСчет
СекцияДокумент=Платежное поручение
Номер=118
Дата=20.11.2026
Сумма=4290.50
ПлательщикСчет=40702810500000000777
Плательщик1=ООО "Медвежий угол"
ПлательщикИНН=7701234567
ПолучательСчет=40702810900000000001
ДатаПоступило=21.11.2026
НазначениеПлатежа=Оплата по заказу № K7-204 от 20.11.2026, НДС не облагается
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=119
Дата=20.11.2026
Сумма=100
ПлательщикСчет=40702810900000000001
ПолучательСчет=40702810500000000777
ДатаСписано=21.11.2026
НазначениеПлатежа=Аренда
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=120
Дата=20.11.2026
Сумма=сто рублей
ПлательщикСчет=40702810500000000777
ПолучательСчет=40702810900000000001
ДатаПоступило=21.11.2026
КонецДокумента
КонецФайла
`

var wantExchange = statement.Statement{Format: "1c",
	Lines: []statement.Line{{Row: 11, Number: "118", Date: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Amount: 429050,
		Payer: `ООО "Медвежий угол"`, PayerINN: "7701234567", PayerAccount: "40702810500000000777", PayeeAccount: ours,
		Purpose: "Оплата по заказу № K7-204 от 20.11.2026, НДС не облагается"}},
	Bad: []statement.RowError{{Row: 31, Key: "payment.statement.bad_amount"}}}

func encoded(t testing.TB, enc *charmap.Charmap, text string) string {
	t.Helper()
	s, err := enc.NewEncoder().String(strings.ReplaceAll(text, "№", "N"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadExchangeInEveryEncoding(t *testing.T) {
	t.Parallel()
	crlf := strings.ReplaceAll(exchange, "\n", "\r\n")
	for name, text := range map[string]string{
		"utf-8": exchange, "bom": "\ufeff" + exchange, "crlf": crlf,
		"windows-1251": encoded(t, charmap.Windows1251, crlf),
		"dos":          encoded(t, charmap.CodePage866, strings.Replace(crlf, "=Windows", "=DOS", 1)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := statement.Read(strings.NewReader(text), ours)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got.Lines {
				got.Lines[i].Purpose = strings.Replace(got.Lines[i].Purpose, " N ", " № ", 1)
			}
			if diff := cmp.Diff(wantExchange, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestReadCSV(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"semicolons": "Дата;Номер;Плательщик;ИНН;Счёт;Сумма;Назначение платежа\n" +
			"21.11.2026;118;\"ООО \"\"Угол\"\"\";7701234567;40702810500000000777;4 290,50;Заказ K7-204\n" +
			";;;;;;\n21.11.2026;119;;;;не сумма;x\n",
		"commas": "date,number,payer,inn,account,amount,purpose\n" +
			"2026-11-21,118,\"ООО \"\"Угол\"\"\",7701234567,40702810500000000777,4290.50,Заказ K7-204\n" +
			",,,,,,\n2026-11-21,119,,,,-5,x\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := statement.Read(strings.NewReader(text), ours)
			if err != nil {
				t.Fatal(err)
			}
			want := statement.Statement{Format: "csv",
				Lines: []statement.Line{{Row: 2, Number: "118", Date: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC),
					Amount: 429050, Payer: `ООО "Угол"`, PayerINN: "7701234567", PayerAccount: "40702810500000000777",
					PayeeAccount: ours, Purpose: "Заказ K7-204"}},
				Bad: []statement.RowError{{Row: 4, Key: "payment.statement.bad_amount"}}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestWholeFileFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		want error
	}{
		"empty":             {"", statement.ErrFormat},
		"a picture":         {"\x89PNG\r\n\x1a\n\x00\x00", statement.ErrFormat},
		"no columns":        {"a;b;c\n1;2;3\n", statement.ErrFormat},
		"cut":               {exchange[:len(exchange)-30], statement.ErrCut},
		"cut in a document": {exchange[:900], statement.ErrCut},
		"too large":         {strings.Repeat("x", statement.MaxBytes+1), statement.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := statement.Read(strings.NewReader(tc.text), ours); !errors.Is(err, tc.want) {
				t.Errorf("error %v, want %v", err, tc.want)
			}
		})
	}
}

func TestKeyDoesNotDependOnTheFile(t *testing.T) {
	t.Parallel()
	a := wantExchange.Lines[0]
	b := a
	b.Row, b.Purpose, b.Payer = 99, "иначе", "иначе"
	if a.Key() != b.Key() {
		t.Error("the same document has two keys")
	}
	b.Amount++
	if a.Key() == b.Key() {
		t.Error("another amount has the same key")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(exchange))
	f.Add([]byte(encoded(f, charmap.Windows1251, exchange)))
	f.Add([]byte("date;amount;purpose\n21.11.2026;1,00;\"x\n"))
	f.Add([]byte("1CClientBankExchange\nСекцияДокумент=\nКонецДокумента\nКонецФайла"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		st, err := statement.Read(strings.NewReader(string(raw)), "")
		if err != nil {
			return
		}
		for _, l := range st.Lines {
			if l.Amount <= 0 || l.Date.IsZero() || l.Row < 1 {
				t.Errorf("line without sum, day or row: %+v", l)
			}
			if len([]rune(l.Purpose)) > 500 || strings.ContainsAny(l.Purpose+l.Number, "\x00\n") {
				t.Errorf("unclean text: %q %q", l.Number, l.Purpose)
			}
		}
	})
}
