//! The states of the tokenizer.

macro_rules! states {
    ($($state:ident)*) => {
        /// Where in the grammar the next byte stands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::html) enum State { $($state),* }

        impl State {
            const ALL: &[Self] = &[$(Self::$state),*];
        }
    };
}

states! {
    Data TagOpen EndTagOpen TagName
    BeforeAttributeName AttributeStart AttributeName AfterAttributeName BeforeAttributeValue
    DoubleQuotedValue SingleQuotedValue UnquotedValue AfterQuotedValue SelfClosing
    MarkupDeclaration DeclarationDash DeclarationCdata BogusComment
    CommentStart CommentStartDash Comment CommentEndDash CommentEnd CommentEndBang
    Cdata CdataBracket CdataEnd
    Raw RawLessThan RawEndTagOpen RawEndTagName Plaintext
    EscapeStart EscapeStartDash Escaped EscapedDash EscapedDashDash EscapedLessThan
    EscapedEndTagOpen EscapedEndTagName DoubleEscapeStart
    DoubleEscaped DoubleEscapedDash DoubleEscapedDashDash DoubleEscapedLessThan DoubleEscapeEnd
}

impl State {
    pub(in crate::html) fn to_byte(self) -> u8 {
        self as u8
    }

    pub(in crate::html) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}
