//! Texts as people write them, ten thousand different ones: sentences of many scripts,
//! quotation marks of all kinds, emoji of several parts, marks for the direction of writing,
//! letters in parts, signs that mean something to programs, and every kind of line end.
//! The same seed writes the same texts.

use unicode_normalization::UnicodeNormalization;

use crate::assessment::plain::Dice;

/// Sentences that people could have written.
const SENTENCES: [&str; 26] = [
    "Reception writes badges by hand; visitors queue ten minutes every Monday.",
    "„Das geht doch nicht“, sagte Jürgen, »aber es müsste großartig sein«.",
    "L’équipe perd «\u{a0}une heure par semaine\u{a0}» à chercher le bon œuf.",
    "El año pasado, ¿quién midió la mañana? ¡Nadie!",
    "Zażółć gęślą jaźń, a potem napisz „dlaczego”.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Nhân viên mất một giờ mỗi tuần để tìm chỗ ngồi trống.",
    "İstanbul'da ışıklar söndüğünde kimse ne yapacağını bilmiyor.",
    "Посетители ждут по десять минут, и это всех раздражает.",
    "Оце б ще під'їзд зробити ширшим — було б чудово!",
    "Οι επισκέπτες περιμένουν κάθε Δευτέρα· γιατί;",
    "המבקרים מחכים עשר דקות בכל יום שני, ואז \"הולכים\".",
    "ينتظر الزوّار عشر دقائق كلَّ يوم اثنين، أليس كذلك؟",
    "هر هفته یک ساعت را از دست می‌دهیم.",
    "आगंतुक हर सोमवार दस मिनट प्रतीक्षा करते हैं।",
    "প্রতি সোমবার দর্শনার্থীরা অপেক্ষা করেন।",
    "பார்வையாளர்கள் ஒவ்வொரு திங்களும் காத்திருக்கிறார்கள்.",
    "ผู้มาเยือนต้องรอสิบนาทีทุกวันจันทร์",
    "ဧည့်သည်များ စောင့်ရသည်။",
    "访客每周一排队十分钟，大家都说：「太慢了」。",
    "受付では手書きです。『ガラス』と『ｶﾞﾗｽ』は違いますか？",
    "방문객은 매주 월요일 십 분을 기다립니다.",
    "ყოველ ორშაბათს სტუმრები ელოდებიან.",
    "Յուրաքանչյուր երկուշաբթի այցելուները սպասում են։",
    "ጎብኚዎች በየሰኞ ይጠብቃሉ።",
    "ᐃᓄᒃᑎᑐᑦ ᑎᑎᕋᖅᓯᒪᔪᖅ, 𐌰𐌽𐌸𐌰𐍂 𝔊𝔬𝔱𝔥𝔦𝔠 𠜎𠜱𠝹.",
];

/// What stands between and within them.
const SIGNS: [&str; 36] = [
    // Emoji of several parts: skin, sex, families, flags, keycaps, a black flag with tags.
    "🐝",
    "👩🏽\u{200d}🚀",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦",
    "🏳\u{fe0f}\u{200d}🌈",
    "🇨🇭🇯🇵",
    "1\u{fe0f}\u{20e3}",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "❤\u{fe0e}❤\u{fe0f}",
    // Letters in parts, and marks in an order that is not theirs.
    "e\u{301}",
    "a\u{323}\u{302}",
    "a\u{302}\u{323}",
    "o\u{31b}\u{301}",
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
    "\u{915}\u{93c}\u{94d}\u{937}",
    "\u{5e9}\u{5c1}\u{5bc}\u{5b0}",
    "Z\u{351}\u{36b}\u{343}a\u{30f}\u{489}l\u{334}\u{353}go",
    "\u{212b}\u{2126}\u{212a}",
    "\u{f900}\u{2f800}",
    "\u{fb01}\u{1e9b}\u{323}",
    "\u{301}alone",
    // Directions.
    "\u{200f}\u{200e}",
    "\u{202b}abc\u{202c}",
    "\u{2067}(42)\u{2069}",
    "\u{61c}",
    // Signs of no width, and of a private use.
    "\u{feff}a\u{ad}b\u{2060}c\u{200b}d",
    "\u{e000}\u{10fffd}\u{fffd}\u{ffff}",
    "\u{2028}\u{2029}",
    "\u{a0}\u{2003}\u{2000}\u{3000}",
    // What means something to programs.
    "\"\"\"'`´‘’“”‚„«»‹›「」",
    "\\n \\u0041 \\\\ \\\" \\",
    "'; drop table idea; --",
    "<script>alert(\"x\")</script> &amp; <b>",
    "$1 ${HOME} {{x}} %s %00 :id ?",
    "{\"a\": [null, true, 1e400]}",
    "\t| a\t| b |\t",
    "# *x* _y_ ~~z~~ [u](javascript:0)",
];

/// Ends of lines, and of paragraphs.
const ENDS: [&str; 6] = ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", " \n\t"];

/// Writes what nobody has written yet.
pub(super) struct Pen {
    dice: Dice,
    written: u64,
}

impl Pen {
    /// One whose texts are its own: no other number writes them.
    pub(super) fn new(number: u64) -> Self {
        Self {
            dice: Dice::new(number),
            written: number * 1_000_000,
        }
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        let which = self.dice.roll(of.len() as u64);
        of[usize::try_from(which).unwrap()]
    }

    /// Any character at all but those that are refused.
    fn any(&mut self) -> char {
        loop {
            // Half of them from the first planes' letters, where the marks are.
            let below = if self.dice.roll(2) == 0 {
                0x3000
            } else {
                0x11_0000
            };
            let code = u32::try_from(self.dice.roll(below)).unwrap();
            if let Some(found) = char::from_u32(code).filter(|it| !it.is_control()) {
                return found;
            }
        }
    }

    fn piece(&mut self, text: &mut String) {
        match self.dice.roll(8) {
            0..=3 => text.push_str(self.one(&SENTENCES)),
            4..=6 => text.push_str(self.one(&SIGNS)),
            _ => {
                for _ in 0..=self.dice.roll(5) {
                    let any = self.any();
                    text.push(any);
                }
            }
        }
    }

    /// Two to five lines; now and then it begins or ends with one that is empty.
    pub(super) fn text(&mut self) -> String {
        let mut text = String::new();
        if self.dice.roll(8) == 0 {
            text.push_str(self.one(&ENDS));
        }
        self.written += 1;
        text.push_str(&self.written.to_string());
        for _ in 0..=self.dice.roll(3) {
            text.push_str(self.one(&ENDS));
            for _ in 0..=self.dice.roll(2) {
                self.piece(&mut text);
            }
        }
        if self.dice.roll(4) == 0 {
            text.push_str(self.one(&ENDS));
        }
        text
    }

    /// One line of at most 120 characters, also once it is in normal form.
    pub(super) fn title(&mut self) -> String {
        self.written += 1;
        let mut title = self.written.to_string();
        loop {
            let mut more = title.clone();
            more.push(' ');
            self.piece(&mut more);
            let is_line = !more.chars().any(char::is_control);
            if more.nfc().count() > 120 || more.chars().count() > 120 {
                return title;
            }
            if is_line {
                title = more;
            }
        }
    }
}

/// A text as it should be kept: line ends one by one, then the normal form.
pub(super) fn kept(text: &str) -> String {
    let mut lines = String::new();
    let mut before = ' ';
    for now in text.chars() {
        match (before, now) {
            ('\r', '\n') => {}
            (_, '\r') => lines.push('\n'),
            (_, now) => lines.push(now),
        }
        before = now;
    }
    lines.nfc().collect()
}
