-- The navigation of a seller's hub counts the listings on every page, and its first page looks at the latest of them: neither
-- may read a shop's archive of offers, nor look for its few drafts among all its cards.
create index offers_listed on offers (seller_id, id desc) where status <> 'archived';
create index products_drafts on products (author_id) where status = 'draft';
