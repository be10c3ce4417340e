package taxonomy

// LoadForTest unpacks the tree anew each time.
var LoadForTest = load
