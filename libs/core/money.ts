/**
 * Whether a text is the code of a currency, or of a fund, that is in use: ISO 4217, List One as of amendment 180
 * (1 January 2026). Codes without a minor unit (XAU, XDR, XXX and their like) are none: no amount of money can be given
 * in them. Neither the platform (`Intl` has BGN, CUC and HRK, and no XAD) nor a package was up to date, so a new
 * amendment is a change here.
 */
export const isCurrency = (text: string): boolean => currencies.has(text)

const currencies: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
  CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
  HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
  MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
  RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
  USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG`.split(/\s+/),
)

/** A sum as a number; undefined if a double does not hold it exactly, beyond ±(2^53 − 1). */
export const toSafeInteger = (sum: bigint): number | undefined =>
  Number.isSafeInteger(Number(sum)) ? Number(sum) : undefined
