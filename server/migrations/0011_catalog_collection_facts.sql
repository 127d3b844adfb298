-- What is said of a collection holds for all below it, so a collection that moves changes what processes remember of its articles.
create trigger fact_change after insert or update or delete or truncate on catalog.collection
  for each statement execute function platform.note_fact_change();
