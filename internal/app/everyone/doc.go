// Package everyone holds the tests that every page is for everyone: each page of the site, in both languages, at a desk
// and in a hand, full, empty and in error, is judged by axe-core in a real Chromium, and by scripts for the success
// criteria of WCAG 2.2 that axe cannot see: keyboard alone, visible and unobscured focus, reflow, text spacing, targets,
// status messages, errors. It holds nothing but tests and the scripts they run in the page.
package everyone
