package signature

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/smallstep/pkcs7"
)

// sign makes a detached CMS signature: SHA-256 with ECDSA, the certificate inside.
func (k *openKey) sign(data []byte) ([]byte, error) {
	message, err := pkcs7.NewSignedData(data)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	message.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := message.AddSigner(k.certificate, k.private, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	message.Detach()
	cms, err := message.Finish()
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	return cms, nil
}

var (
	errSigners  = errors.New("signature: the message has not exactly one signer")
	errTooLarge = errors.New("signature: the message is too large")
)

// checkCMS says whose certificate a detached signature of data was made with. That the certificate may be believed is
// another question.
func checkCMS(data, cms []byte) (*x509.Certificate, error) {
	if len(cms) == 0 || len(cms) > mostCMS {
		return nil, errTooLarge
	}
	message, err := pkcs7.Parse(cms)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	message.Content = data // whatever the message carries itself
	if err := message.Verify(); err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	signer := message.GetOnlySigner()
	if signer == nil {
		return nil, errSigners
	}
	return signer, nil
}

func serialOf(c *x509.Certificate) string { return hex.EncodeToString(c.SerialNumber.Bytes()) }
