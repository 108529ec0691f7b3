#ifndef TESTS_REMOTE_KEYS_H
#define TESTS_REMOTE_KEYS_H

/* Keys of an issuer that exists in these tests only. */

#define KEY static const __attribute__((unused)) char

KEY rsa_private[] = "-----BEGIN PRIVATE KEY-----\n"
		    "MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDbgBFjTGsuleFv\n"
		    "HJyiukEPNbLxjrqpOxoYNTAyokMNuzUXOE77w9OWMMTRCtNC8mTET5JvtqSHEMR7\n"
		    "8xFaBEYgV1PBmUNt5OFAVJ6lVa7qk03McSuGgDu2NKyTvlzninEjD1m0tAkWe3jr\n"
		    "gheyNQ3FjM3L0QvEFubYDFYQdZTo4UFF51C5ojSJk0J/AgbuKJNK1Vagr+GE8jE+\n"
		    "nQq7RKq0qfEHa3gNO32xK9fqzu3iOQNAE6jaz3CNZFVJTUquElVvxfupSnExKvH+\n"
		    "yo9env6M1ypiuZVNX27t4x/BppNIkCiBharGEyT5Q2iFbXBwF2V+oHMLFYMx5HY1\n"
		    "psNp/+TZAgMBAAECggEACKnhjOyFoO4k9x3OYK2paoBTJkoyLZDLrbUJgVxXMjHw\n"
		    "XVferOBBG6SkIrxUeuSWdNJBNHNB3/hvLVyW2uenDu5IyjAERyXbJ0fPv9+iLkm5\n"
		    "yzbpaPDqqm8Fsd/UdXfI5w+iby1LTd2y99hAmtlY5MBk7fAfZe6Tedk5d7xJsC+R\n"
		    "mz+Hbo5nkmJR5l1EvbWidLai63BqRrum+umvohmPAsDmGm5birMKbOcnVEf8cHBb\n"
		    "Ka/wzhACgNNdMbnbs7QSG/f9Iyc1dSQ6P6WazJAekdtdvWBbUKZAG/hvVpTAyxPP\n"
		    "e1niV+q/Co/5Y3nTUpGgnAQOpjXvy4QQqgUAYgGCowKBgQDwpZuo8ZM0wMWcQtV+\n"
		    "U4GJeGPkeCU6BpqIqyFWZg4KkD9sW7EzZgoo1WGa+541zIelmcc19ullhjW4O7BI\n"
		    "vz9ECtHVclFXJOACNYgZw0nF0/MOfyao/hyR37I7BM0zDEzqeV4rmT/Fp4F8prUa\n"
		    "LGrG/XpajfZVOCIv3pejeMKsUwKBgQDpgRR9shI1WheOGKwR0B4x13s4MHKk+5H2\n"
		    "QNLpZ+TGQfM+h/R2owLs9beN5U/YKE7RUjix1Tho+Ze/VhiNjBP1lhNaE2uwY1wc\n"
		    "4MddyeNvV+Suo3B1SOYZsd9Y4RshQRRs0lzN4QZM62FSz8KnrNTlxiUwSSlAbTkh\n"
		    "+7wURN2kowKBgQDqMCA13zJkqh0lHp1pnJZ5U+HSm2GPAJIu4mtFC3gqq4otR2ZB\n"
		    "INJOPqoIC0pCDNMNQ4PsbmdgV6W7rsq1YPiOnQDreZ7S8Z3WSIY0nCoVDViCCRd0\n"
		    "aicfhtSKPvf678OCg64zO6YmEgcfaZTg7czT7iW+Ll1FPaV3dGWZvpGk5QKBgQCR\n"
		    "deHH87g4GCl4UZJPfnBw6CVQeY3RjQ3+c59v21K+1rKrD5KQnTfjWabA9ErrAyEm\n"
		    "cKv0zDjZ3DJV9VJSSyLb6GOhx1tchGkLbFOF75CI+h3xVMtnpMQC2bWi7ogyDRKm\n"
		    "P92kOzvriu4T4m0Gezoc8XSVQd46zk+7BdDCZ6wTNQKBgQCjmwJQbGaUL5QtiH1F\n"
		    "n7lWCgwJc1gs1AMpDBwQ5W28hyDeH7keNvsXqImOVx7P4aAO7jYVJPGbV6OEBApy\n"
		    "LXeyZJMd4lFqeET5ul8PsNCSphs8cG6C9vIkARNBW74epZIpJryQuYjGNiuNdvI9\n"
		    "R9QM+VmFCAYZGzmxnKpRVPjwBw==\n"
		    "-----END PRIVATE KEY-----\n";

KEY rsa_public[] = "-----BEGIN PUBLIC KEY-----\n"
		   "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA24ARY0xrLpXhbxycorpB\n"
		   "DzWy8Y66qTsaGDUwMqJDDbs1FzhO+8PTljDE0QrTQvJkxE+Sb7akhxDEe/MRWgRG\n"
		   "IFdTwZlDbeThQFSepVWu6pNNzHErhoA7tjSsk75c54pxIw9ZtLQJFnt464IXsjUN\n"
		   "xYzNy9ELxBbm2AxWEHWU6OFBRedQuaI0iZNCfwIG7iiTStVWoK/hhPIxPp0Ku0Sq\n"
		   "tKnxB2t4DTt9sSvX6s7t4jkDQBOo2s9wjWRVSU1KrhJVb8X7qUpxMSrx/sqPXp7+\n"
		   "jNcqYrmVTV9u7eMfwaaTSJAogYWqxhMk+UNohW1wcBdlfqBzCxWDMeR2NabDaf/k\n"
		   "2QIDAQAB\n"
		   "-----END PUBLIC KEY-----\n";

KEY rsa_of_another[] = "-----BEGIN PRIVATE KEY-----\n"
		       "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCy6vsGquRnfuAm\n"
		       "VpjziV0TKlzLXjI3v0U0PQ5tnZtXn8u2eEWiDeuO84OTI3lCZ2q97jPD35WxaTk2\n"
		       "SkitPI9vjcSqowy8vfbXPYpUch+Z1wNQRp6CpBquyewFpreflYxG8QvIeO1duNpY\n"
		       "hqeDc+lC3BvC8q1Fmex94iVeQE9jvadqod1Pof1ZVcVxnGG4I9Eb14ozaJcEyrHN\n"
		       "0n4zvr+CZGZpr0Qb9jauI3au14HvOpKd9fPCxXAfK+SS5vJz/jCqWgnxbuRuPhIQ\n"
		       "Yq6lZ9UMInGLXJ8x/2wIxISa7ZNSUUwt+nsdEQOFhPcvUbl3fO9IaT6Jdn6YXVp7\n"
		       "16778+ItAgMBAAECggEAGYVfq76OKH4mUompNRnrsxtok6C62I1ZvX8VEwk3epsC\n"
		       "V6OVyS0jo+cz5jXZ6uEuDmwPKbo3k9Ae11HmxoE8M40dF7r8yuJs9pxiYjPKMqtD\n"
		       "H30HSLrITJTkbBTxHdwa35asF9s5/pOq35RLijprNDyJ4De2BBbV70nmCyjwuhj6\n"
		       "yz+a/+Ora8U74RqDfTugFis9aRgrrxZXQlCyIgApKQ8zkrXfTWW3s26ZRkFY32Bk\n"
		       "cBJWNk7KqcCFsupJtv8ICXpZYWBVhkxYGwkodHV0u/xjKtRZqBm+ZQP24jlfCvAo\n"
		       "NSaWJa4necdMh9H79YU5StcNSNfU1+or88cIS1YFMQKBgQDtHu7Zh83WW2qCkvgH\n"
		       "dQqxmZBjhPu/9t2j1uQb7oK/58aTOFXhKRUBPJh9JuLS9zzFQjOn+mfInHADH6zh\n"
		       "TOftNVhcTmj7HzYoaXgrRKWN9CTXWhHOzRpuIQcjV54BXKrYIL1sPf2u2jKEWuRb\n"
		       "fTlROHUJr9tTUEWr75Hhx+NEUQKBgQDBKbzvWgZTk3MQsQWX7sp3FZQl7QuOBNck\n"
		       "4aJGrMStruKSJkDCqHmDdW/fLx28lGY5vBrZyFofW+ywRorCdiWh321RcI+LEvBE\n"
		       "wDgg+y1qXC6r89cbVYAH8Qbucm0eLozkeLrAxrxhNNrPQBASt5kAZH6+JYi/Z/fP\n"
		       "Py2SJtKVHQKBgQDhoEV2B5r9FQ9MH7ySm/QI+i5CBA/ooWZUt+1mBpWzNT/mZfyR\n"
		       "ux2Zh6cxrwa15zuUF2I/vC103iZXUpSV7S/irpfdfV63VQObgIAv66n8YQuNPs8j\n"
		       "EFbN4+9+2agnc528+apEjNgOwODAwBv6UjVv62CyTvtLU154NAWD6Ud/gQKBgGMo\n"
		       "tPe+JB9FQz1fUnrDN6ZYKnwpqtPWAkfJmI9lY3WxoFfcUURcTjzAzZQp0L8dAzlC\n"
		       "KhqAcltEykVXgSYAlqL5WloDSXzgVP1GG8o6hv7hoYfeHh/HDXmGLsO7c+6ZgPRM\n"
		       "UbpiixPvmR/pSBcDrwR3kmS0SfXQPnNigFdVnKa1AoGBAKqrYM4RTuNQT2KqVJrX\n"
		       "3hvsVkZecfo3JdTq/2yMaxO037cohcW4IU99Qtmy6w5lvryCE6Ch+4hsi6mBB3Hg\n"
		       "EglxAI7B1T8whxn23nqVeQoBQjKKyU1TZcZAqbegeqDYAwvdmhjp9Yvyrk9/xCfU\n"
		       "HyALo5GkwE3IIyU00/RKVxxS\n"
		       "-----END PRIVATE KEY-----\n";

KEY ec_private[] = "-----BEGIN EC PRIVATE KEY-----\n"
		   "MHcCAQEEIGrtIN9hANdOtP40zcGubgSeoMqT8XqA1Cyymnp40f9FoAoGCCqGSM49\n"
		   "AwEHoUQDQgAEIC4xT8g3r4dGMbjvu0zvJqIjatIoAamH1xJa+Jnjbht0rn6f+zh5\n"
		   "mXOhzcwZDMqaHQ6sC78Hj68OEBHMhXR/gg==\n"
		   "-----END EC PRIVATE KEY-----\n";

KEY ec_public[] = "-----BEGIN PUBLIC KEY-----\n"
		  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIC4xT8g3r4dGMbjvu0zvJqIjatIo\n"
		  "AamH1xJa+Jnjbht0rn6f+zh5mXOhzcwZDMqaHQ6sC78Hj68OEBHMhXR/gg==\n"
		  "-----END PUBLIC KEY-----\n";

#define SHARED "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#endif
