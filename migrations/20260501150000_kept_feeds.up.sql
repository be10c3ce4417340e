-- The file of an import is removed once nothing can be done with it any more: here stand those that are still kept.
create index imports_kept on imports (blob_key) include (finished_at) where blob_key <> '';
