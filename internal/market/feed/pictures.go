package feed

import (
	"context"
	"log/slog"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// pictured is a card without a picture whose feed names some.
type pictured struct {
	SellerID  int64
	ProductID int64
	Title     string
	Pictures  []string
}

// picturesPerRound bounds one run of the job, picturesPerCard what one card may make us fetch.
const picturesPerRound, picturesPerCard = 50, 5

// takePictured picks cards whose pictures are to be fetched and counts the try.
func takePictured(ctx context.Context, db pg.DB, limit int) ([]pictured, error) {
	return pg.List[pictured](ctx, db, `
		with due as (
			select f.seller_id, f.seller_sku, p.id as product_id, p.title_ru as title, f.pictures
			from feed_offers f
			join offers o on o.seller_id = f.seller_id and o.seller_sku = f.seller_sku
			join variants v on v.id = o.variant_id
			join products p on p.id = v.product_id and p.author_id = f.seller_id
			where f.pictures <> '{}' and f.picture_tries < 5 and (f.pictures_at is null or f.pictures_at < now() - interval '1 hour')
				and not exists (select from product_images i where i.product_id = p.id)
			order by f.pictures_at nulls first limit $1 for update of f skip locked),
		counted as (
			update feed_offers f set picture_tries = picture_tries + 1, pictures_at = now()
			from due where f.seller_id = due.seller_id and f.seller_sku = due.seller_sku)
		select distinct on (product_id) seller_id, product_id, title, pictures from due order by product_id, seller_sku`, limit)
}

// FetchPictures fetches pictures of cards that have none, from the addresses their feeds gave. One
// that cannot be had is tried again an hour later, five times at most; meanwhile the card shows its
// drawn illustration.
func (s *Service) FetchPictures(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "feed.FetchPictures")
	list, err := takePictured(ctx, s.db, picturesPerRound)
	if err != nil {
		return err
	}
	for _, card := range list {
		place := 0
		for _, address := range card.Pictures[:min(len(card.Pictures), picturesPerCard)] {
			if err := s.fetchPicture(ctx, card, address, place); err != nil {
				slog.InfoContext(ctx, "picture not fetched", "product", card.ProductID, "err", err)
				continue
			}
			place++
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (s *Service) fetchPicture(ctx context.Context, card pictured, address string, place int) error {
	if _, err := egress.CheckURL(address); err != nil && !s.web.Allows(address) {
		return err
	}
	answer, err := s.web.Get(ctx, address, "", "")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	image, err := s.media.SaveImage(ctx, answer.Body, media.Owner{SellerID: card.SellerID}, "picture")
	if err != nil {
		return err
	}
	return intake.AttachPhoto(ctx, s.db, card.ProductID, place, intake.Image{MediaID: image.ID, Alt: catalog.Text{RU: card.Title}})
}
