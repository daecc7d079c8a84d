// Dates as people write them, and as nobody should: for the comparison with the reference.

import fc from 'fast-check'

/** One or more for every form that the grammar knows, and for the mistakes next to it. */
export const LISTED: readonly string[] = [
  // Stamps.
  ...['@0', '@1234567890', '@-1', '@1.5', '@-1.5', '@-0.0000000001', '@ 12', '@+3', '@1 day', '@', '@x', '@12 UTC'],
  ...['@9223372036854775807', '@9223372036854775808', '@-9223372036854775808', '@1,25'],
  // Dates.
  ...['2005-10-29 12:43:29 +0000', '2005-10-29', '2005-2-3', '05-10-29', '2005-13-01', '2005-02-29', '2004-02-29'],
  ...['10/29/2005', '10/29/05', '10/29', '2005/10/29', '999/1/2', '1000/1/2', '13/01/2024', '1/2/3/4', '1/', '1/2/'],
  ...[
    '29 Oct 2005',
    '29-Oct-2005',
    '29-oct-05',
    'Oct 29 2005',
    'Oct 29, 2005',
    'Oct-29-2005',
    'Oct 29',
    '29 Oct',
    'Oct',
  ],
  ...['20051029', '051029', '2005', '1030', '10', '1', '102030', '12345', '1234567', '29 October 68', '29 October 69'],
  ...[
    'Sept 1 2020',
    'Sep. 1 2020',
    'sept. 1 2020',
    'January 32 2020',
    'Feb 30',
    'May',
    'marc 1 2020',
    'Oct 29,',
    'Oct +29',
  ],
  ...['Sun, 29 Feb 2004 16:21:42 -0800', 'Sunday 29 Feb 2004', 'Mon 29 Feb 2004', '29 Feb 2004 Sunday Monday'],
  ...[
    '99-12-31',
    '00-01-01',
    '68-01-01',
    '69-01-01',
    '100-01-01',
    '0001-01-01 UTC',
    '0-1-1',
    '-1-1-1',
    '10000-01-01 UTC',
  ],
  // Times.
  ...['2024-05-05 1:02', '2024-05-05 01:02:03', '2024-05-05 01:02:03.999', '2024-05-05 01:02:03,5', '2024-05-05 24:00'],
  ...[
    '2024-05-05 23:60',
    '2024-05-05 23:59:60',
    '2024-05-05 12am',
    '2024-05-05 12pm',
    '2024-05-05 0am',
    '2024-05-05 13pm',
  ],
  ...['2024-05-05 1:30 p.m.', '2024-05-05 1:30:15 A.M.', '2024-05-05 11 PM', '2024-05-05 noon', '2024-05-05 1:2:3:4'],
  ...['2024-05-05T01:02:03', '2024-05-05T01:02Z', '2024-05-05T01', '2024-05-05T01+02', '2024-05-05t01:02:03+02:00'],
  ...['20240505T010203', '2024-05-05 T 01:02', '2024-05-05T', '2024-05-05 01:02:03 am +2', '2024-05-05 1:30pm +0100'],
  // Zones.
  ...['2024-05-05 01:02 +0200', '2024-05-05 01:02 -02:30', '2024-05-05 01:02 +2', '2024-05-05 01:02 +24:00'],
  ...['2024-05-05 01:02 +24:01', '2024-05-05 01:02 +2:', '2024-05-05 01:02 + 0200', '2024-05-05 01:02 +02 +03'],
  ...[
    '2024-05-05 01:02 UTC',
    '2024-05-05 01:02 GMT',
    '2024-05-05 01:02 Z',
    '2024-05-05 01:02 EST',
    '2024-05-05 01:02 EDT',
  ],
  ...['2024-05-05 01:02 CET', '2024-05-05 01:02 CEST', '2024-01-05 01:02 CEST', '2024-05-05 01:02 CET DST', 'CEST DST'],
  ...['2024-05-05 01:02 EST DST', '2024-05-05 01:02 EST+2', '2024-05-05 01:02 UTC+05:30', '2024-05-05 01:02 UTC UTC'],
  ...['2024-05-05 01:02 A', '2024-05-05 01:02 M', '2024-05-05 01:02 N', '2024-05-05 01:02 S', '2024-05-05 01:02 U'],
  ...[
    '2024-05-05 01:02 Y',
    '2024-05-05 01:02 J',
    '2024-05-05 01:02 T',
    '2024-05-05 01:02 e.s.t.',
    '2024-05-05 01:02 NST',
  ],
  ...[
    '2024-05-05 01:02 IST',
    '2024-05-05 01:02 NZDT',
    '2024-05-05 01:02 HADT',
    '2024-05-05 01:02 XYZ',
    'UTC',
    'Z',
    '+2',
  ],
  ...[
    'TZ="Europe/Berlin" 2024-05-05 01:02',
    'TZ="UTC0" 12:00',
    'TZ="No/Where" 2024-05-05',
    'TZ="x 2024',
    'TZ="a\\"b" 12:00',
  ],
  // Shifts.
  ...[
    'now',
    'today',
    'yesterday',
    'tomorrow',
    '2 days ago',
    '1 day',
    '-1 day',
    '+1 day',
    '- 1 day',
    'day',
    'days',
    'day ago',
  ],
  ...[
    'last year',
    'next month',
    'this week',
    'third fortnight',
    'twelfth hour ago',
    'second',
    '2 seconds',
    '3 secs ago',
  ],
  ...[
    '1 year 2 months 3 days 4 hours 5 minutes 6 seconds ago',
    '1.5 seconds',
    '-1.5 sec ago',
    '1.5 days',
    '2 mins hence',
  ],
  ...['yesterday ago', 'ago', '1 month ago', '13 months ago', '1 month 1 month', 'yesterday 12:00', 'tomorrow 1am UTC'],
  ...[
    '2024-01-31 1 month',
    '2024-03-31 1 month ago',
    '2024-02-29 1 year',
    '2024-05-05 01:02 2 hours',
    '20240505 +2 days',
  ],
  ...[
    '20240505 2 days',
    '2024-05-05 +2 days',
    '2024-05-05 01:02 +2 days',
    '2024-05-05 -1',
    '1030 +1 hour',
    'UTC +3 days',
  ],
  ...[
    '99999999999 days',
    '9223372036854775807 hours',
    '9223372036854775807 seconds',
    '2147483647 years',
    '1000000 months',
  ],
  // Days of the week.
  ...[
    'monday',
    'next monday',
    'last monday',
    'this monday',
    '2 monday',
    '0 monday',
    'mon,',
    'mon, 12:00',
    'third tues',
  ],
  ...[
    'wednes',
    'thur',
    'thurs',
    'thurs.',
    'monday tuesday',
    'monday 2 days',
    'last sunday 12:00 UTC',
    'next week monday',
  ],
  // Around what a clock skips or shows twice.
  ...['2024-03-31 02:30', '2024-03-31 02:30 UTC', '2024-03-31 02:30 CET', '2024-03-30 02:30 1 day', '2024-10-27 02:30'],
  ...['2024-10-27 02:30 CET', '2024-10-27 02:30 CEST', '2024-03-10 02:30', '2024-11-03 01:30', '2024-11-03 01:30 EST'],
  // Signs, comments, nothing.
  ...[
    '',
    ' ',
    '(',
    ')',
    '(only a comment)',
    '2024-05-05 (a (b) c) 01:02',
    '2024-05-05 (open',
    '2024-05-05,',
    ', 2024-05-05',
  ],
  ...[
    '2024-05-05;',
    '2024-05-05 - 01:02',
    '--',
    '+',
    'é',
    '2024-05-05 é',
    '99999999999999999999',
    '٣',
    '2024 05 05',
    'x',
  ],
]

const pick = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)
const number = fc
  .oneof(fc.nat({ max: 31 }), fc.nat({ max: 2100 }), fc.constantFrom(0, 69, 1970, 20240229, 1234))
  .map(String)
const two = (max: number): fc.Arbitrary<string> => fc.nat({ max }).map((value) => String(value).padStart(2, '0'))
const joined = (separator: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(separator))

const year = pick('2024', '2023', '1999', '1969', '1901', '24', '99', '2038', '1')
const month = pick('Jan', 'feb', 'MARCH', 'apr.', 'May', 'Jul', 'Sept', 'Oct', 'nov', 'DECEMBER')
const time = fc.oneof(
  joined(':', two(24), two(60)),
  joined(':', two(23), two(59), two(60)),
  joined('', number, pick('am', ' PM', 'p.m.')),
)
const date = fc.oneof(
  joined('-', year, two(12), two(31)),
  joined('/', two(12), two(31), year),
  joined(' ', number, month, year),
  joined('-', month, number, year),
  joined(' ', month, number),
  joined('', year, two(12), two(28)),
)
const unit = pick('year', 'months', 'fortnight', 'weeks', 'day', 'hours', 'min', 'minutes', 'sec')
const shift = fc.oneof(
  joined(' ', number, unit, pick('', 'ago', 'hence')),
  joined('', pick('+', '-', '- '), number, unit, pick('', ' ago')),
  joined(' ', pick('last', 'next', 'this', 'third'), unit),
  pick('yesterday', 'tomorrow', 'now', '1.5 seconds'),
)
const weekday = joined(
  '',
  pick('', 'last ', 'next ', '2 '),
  pick('mon', 'Tuesday', 'WED', 'thur', 'fri', 'sun.'),
  pick('', ','),
)
const zone = fc.oneof(
  pick('UTC', 'Z', 'EST', 'CEST', 'PST DST', 'IST', 'A', 'Y', 'T', 'UTC+2', 'EST+01:30', 'GMT +3 days'),
  joined('', pick('+', '-'), two(24), pick('', ':'), pick('', '00', '30')),
)
const piece = fc.oneof(time, date, shift, weekday, zone, number, pick('(c)', ',', '-', '@5', 'T'))
export const generated = fc.oneof(
  { weight: 5, arbitrary: joined(' ', date, time, fc.oneof(zone, shift, pick(''))) },
  { weight: 3, arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(' ')) },
  { weight: 2, arbitrary: joined(' ', shift, shift) },
)
