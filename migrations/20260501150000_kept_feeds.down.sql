drop index imports_kept;
