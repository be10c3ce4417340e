package pg

import "strings"

// LikeSafe keeps the signs of a LIKE pattern in what people type from meaning anything.
func LikeSafe(s string) string { return likeSigns.Replace(s) }

var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
