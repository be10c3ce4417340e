package postal

// Carriage is one service of the post for items that go abroad.
type Carriage struct {
	Object         int    // the tariff's code: type × 1000 + category × 10 + 1 for outgoing
	Service        string // letter, small_packet, parcel, ems
	dictionary     string // the part of the post's dictionary that has its limits
	Tracked        bool
	Insured        bool   // carried only with a declared value
	Documents      bool   // for correspondence, not for goods
	MailType       string // of the order service
	MailCategory   string
	Transport      string
	NameRu, NameEn string
}

// carriages are the outgoing services for things and papers. Cash on delivery, printed matter and bags are not offered:
// the price is paid before anything is sent, and books go as small packets.
var carriages = []Carriage{
	{2001, Letter, Letter, false, false, true, "LETTER", "SIMPLE", "AVIA", "Письмо простое", "Letter"},
	{2011, Letter, Letter, true, false, true, "LETTER", "ORDERED", "AVIA", "Письмо заказное", "Registered letter"},
	{5001, SmallPacket, Letter, false, false, false, "SMALL_PACKET", "SIMPLE", "AVIA", "Мелкий пакет простой", "Small packet"},
	{5011, SmallPacket, Letter, true, false, false, "SMALL_PACKET", "ORDERED", "AVIA", "Мелкий пакет заказной", "Registered small packet"},
	{4031, Parcel, Parcel, true, false, false, "POSTAL_PARCEL", "ORDINARY", "AVIA", "Посылка обыкновенная", "Parcel"},
	{4021, Parcel, Parcel, true, true, false, "POSTAL_PARCEL", "WITH_DECLARED_VALUE", "AVIA", "Посылка с объявленной ценностью", "Insured parcel"},
	{7031, EMS, EMS, true, false, false, "EMS", "ORDINARY", "EXPRESS", "EMS", "EMS"},
	{7021, EMS, EMS, true, true, false, "EMS", "WITH_DECLARED_VALUE", "EXPRESS", "EMS с объявленной ценностью", "Insured EMS"},
}

// CarriageOf finds a service by the tariff's code.
func CarriageOf(object int) (Carriage, bool) {
	for _, c := range carriages {
		if c.Object == object {
			return c, true
		}
	}
	return Carriage{}, false
}

// carries says whether the service is for such contents. EMS takes papers too.
func (c Carriage) carries(contents string) bool {
	return c.Documents == (contents == "documents") || c.Service == EMS
}
