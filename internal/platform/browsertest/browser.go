package browsertest

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/yarmarka/yarmarka/internal/platform/chromium"
)

// one is the browser of this test process. Chromium dies with the process that started it, and what
// it wrote is then removed, so nothing is left behind when the tests end, however they end.
var one struct {
	sync.Once
	ctx  context.Context
	err  error
	held io.Closer // as long as this process lives, what the browser wrote stays
}

// shared starts Chromium at first use.
func shared(t testing.TB) context.Context {
	t.Helper()
	one.Do(start)
	if one.err != nil {
		t.Fatalf("browser: %v", one.err)
	}
	return one.ctx
}

func start() {
	program, err := chromium.FindOrInstall(context.Background(), os.Stderr)
	if err != nil {
		one.err = err
		return
	}
	var dir string
	if dir, one.held, one.err = scratch(); one.err != nil {
		return
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program),
		chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.Env("TMPDIR=" + dir),
		chromedp.WSURLReadTimeout(60 * time.Second),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "ru-RU"),
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	one.ctx, _ = chromedp.NewContext(allocator)
	one.err = chromedp.Run(one.ctx)
}

// remover removes a folder once its input ends. Processes that end at the same moment may still be writing there.
const remover = `cat >/dev/null; for pause in 0 1 1 1 2 5 10; do sleep $pause; rm -rf "$0" 2>/dev/null && exit; done`

// scratch makes the folder of everything that Chromium writes. It is removed when held is closed, which the end of
// this process does, too, by a process of its own: nobody in here is the last to go, least of all where tests are cut off.
func scratch() (dir string, held io.Closer, err error) {
	if dir, err = os.MkdirTemp("", "yarmarka-browser-"); err != nil {
		return "", nil, err
	}
	cmd := exec.Command("sh", "-c", remover, dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a Ctrl-C in the terminal ends the tests, not it
	if held, err = cmd.StdinPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, held, cmd.Process.Release()
}

// tab opens a tab with a profile of its own. Chromium opens the first tab of a profile only as a
// window, which chromedp's own WithNewBrowserContext does not ask for.
func tab(t testing.TB) (context.Context, context.CancelFunc) {
	t.Helper()
	browser := shared(t)
	in := cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(in)
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(in)
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(id))
	if err := chromedp.Run(ctx); err != nil { // without a deadline, which would end the tab with it
		cancel()
		t.Fatalf("browser: %v", err)
	}
	return ctx, cancel
}
