package blob

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// S3Config says where an S3-compatible store is.
type S3Config struct {
	Endpoint  string        // host:port, without scheme
	Bucket    string        // must exist, or the key may create it
	Region    string        // "" asks the store
	AccessKey string        //
	SecretKey string        //
	Insecure  bool          // plain HTTP, for a store on the same machine
	Timeout   time.Duration // for one call; 0 means 20 seconds
}

// S3 keeps blobs as objects of one bucket.
type S3 struct {
	client  *minio.Client
	bucket  string
	timeout time.Duration
}

// OpenS3 reaches the store and makes the bucket where it is missing.
func OpenS3(ctx context.Context, cfg S3Config) (_ *S3, err error) {
	defer errs.Wrap(&err, "blob.OpenS3(%s/%s)", cfg.Endpoint, cfg.Bucket)
	if cfg.Timeout == 0 {
		cfg.Timeout = 20 * time.Second
	}
	client, err := minio.New(cfg.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:     !cfg.Insecure,
		Region:     cfg.Region,
		Transport:  transport(cfg.Timeout),
		MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	s := &S3{client: client, bucket: cfg.Bucket, timeout: cfg.Timeout}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	exists, err := client.BucketExists(ctx, cfg.Bucket)
	if err != nil {
		return nil, s3Error(err)
	}
	if !exists {
		err := client.MakeBucket(ctx, cfg.Bucket, minio.MakeBucketOptions{Region: cfg.Region})
		return s, s3Error(err)
	}
	return s, nil
}

func transport(timeout time.Duration) *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: timeout,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   16,
		DisableCompression:    true,
	}
}

// Put sends the object; the store shows it only when all of it arrived.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (err error) {
	defer errs.Wrap(&err, "blob.Put(%s)", key)
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	_, err = s.client.PutObject(ctx, s.bucket, key, r, size, minio.PutObjectOptions{ContentType: contentType})
	return s3Error(err)
}

// Get opens the object. The store is asked at once, so an absent key is known before reading.
func (s *S3) Get(ctx context.Context, key string) (_ io.ReadSeekCloser, _ Info, err error) {
	defer errs.Wrap(&err, "blob.Get(%s)", key)
	info, err := s.Stat(ctx, key)
	if err != nil {
		return nil, Info{}, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, s3Error(err)
	}
	return object, info, nil
}

// Stat asks for the object's head.
func (s *S3) Stat(ctx context.Context, key string) (_ Info, err error) {
	defer errs.Wrap(&err, "blob.Stat(%s)", key)
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	o, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s3Error(err)
	}
	return Info{Size: o.Size, ContentType: o.ContentType, Modified: o.LastModified}, nil
}

// Delete removes the object; S3 answers success for an absent one.
func (s *S3) Delete(ctx context.Context, key string) (err error) {
	defer errs.Wrap(&err, "blob.Delete(%s)", key)
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s3Error(s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
}

// List names every object in the order of their keys.
func (s *S3) List(ctx context.Context, each func(key string, size int64) error) (err error) {
	defer errs.Wrap(&err, "blob.List")
	ctx, cancel := context.WithCancel(ctx) // ends the listing if each fails
	defer cancel()
	for object := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Recursive: true}) {
		if object.Err != nil {
			return s3Error(object.Err)
		}
		if err := each(object.Key, object.Size); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// s3Error sorts the store's answers. Anything but "no such key" is the store's trouble, not the
// visitor's: wrong keys, a full store and a dead network alike are for the operator.
func s3Error(err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey, "NotFound":
		return notFound(err)
	}
	return unavailable(err)
}
