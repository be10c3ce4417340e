drop view offer_facts;
drop table product_views, product_changes, offer_prices, holds, offer_stock, offers;
drop function offer_price_history();
drop table product_images, variant_options;
drop function open_variant(bigint);
drop table variants, product_attributes, products;
drop function own_draft(bigint);
drop table brands, taxonomy_releases, category_attributes, attribute_values, attributes, categories;
