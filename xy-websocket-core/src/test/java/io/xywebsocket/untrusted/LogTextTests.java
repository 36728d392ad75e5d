package io.xywebsocket.untrusted;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Throwables on their way into a log. */
class LogTextTests {

    private static Throwable withCause(Throwable of, Throwable cause) {
        return of.initCause(cause);
    }

    @Test
    void whatIsLeftOutOfAnEndlessThrowableIsToldOnce() {
        Exception suppressing = new IllegalStateException("the first");
        for (int i = 0; i < 20_000; i++) {
            suppressing.addSuppressed(new IllegalStateException("another"));
        }
        assertThat(LogText.of(suppressing).getSuppressed()).hasSizeLessThan(101);
    }

    @Test
    void whatIsFitForTheLogIsLoggedItself() {
        Exception suppressing = new UncheckedIOException("\u00e9\u20ac", new IOException((String) null));
        suppressing.addSuppressed(new IllegalStateException("and this"));
        assertThat(LogText.of(suppressing)).isSameAs(suppressing);
    }

    @Test
    void theCopyIsOfTheSameClassesAndHasTheTraces() {
        IOException cause = new IOException("a\nb");
        UncheckedIOException thrown = new UncheckedIOException("outer", cause);
        IllegalStateException suppressed = new IllegalStateException();
        cause.addSuppressed(suppressed);

        Throwable copy = LogText.of(thrown);
        assertThat(copy)
                .isNotSameAs(thrown)
                .isExactlyInstanceOf(UncheckedIOException.class)
                .hasMessage("outer")
                .hasStackTraceContaining("theCopyIsOfTheSameClassesAndHasTheTraces");
        assertThat(copy.getStackTrace()).isEqualTo(thrown.getStackTrace());
        assertThat(copy.getCause())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("a?b")
                .hasNoCause();
        assertThat(copy.getCause().getStackTrace()).isEqualTo(cause.getStackTrace());
        assertThat(copy.getCause().getSuppressed()).hasSize(1);
        assertThat(copy.getCause().getSuppressed()[0])
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(null);
        assertThat(thrown).hasMessage("outer");
    }

    @Test
    void aTextThatOnlyToStringShowsIsFoundToo() {
        Exception thrown = new Exception("fit") {
            @Override
            @SuppressWarnings("OverrideThrowableToString")
            public String toString() {
                return "un\u2029fit";
            }
        };
        assertThat(LogText.of(thrown).toString()).contains("fit").doesNotContain("\u2029");
    }

    @Test
    void cyclesEnd() {
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        Throwable cycle = withCause(first, second);
        Throwable line = LogText.of(cycle);
        assertThat(line).isExactlyInstanceOf(Exception.class).hasMessage("first");
        assertThat(line.getCause()).hasMessage("second").hasNoCause();

        Exception third = new Exception("third\r", second);
        second.addSuppressed(third);
        Throwable copy = LogText.of(third);
        assertThat(copy).hasMessage("third?");
        assertThat(copy.getCause()).hasMessage("second");
        assertThat(copy.getCause().getSuppressed()).isEmpty();
        assertThat(copy.getCause().getCause()).hasMessage("first").hasNoCause();
    }

    @Test
    void oneThatIsItsOwnCauseEndsToo() {
        Exception thrown = new Exception("a\nb") {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        assertThat(LogText.of(thrown)).hasNoCause();
    }

    private static final class Quotation extends Exception implements LogText.Quoting {

        private static final long serialVersionUID = 1L;

        Quotation(Throwable cause) {
            super("what", cause);
        }
    }

    @Test
    void whatMayQuoteAPayloadIsLeftOutWhereverElseItStands() {
        IOException quoting = new IOException("SECRET", new IllegalStateException("SECRET"));
        Exception thrown = new Exception("outer", new Quotation(quoting));
        thrown.addSuppressed(quoting);

        Throwable copy = LogText.of(thrown);
        assertThat(copy).isExactlyInstanceOf(Exception.class).hasMessage("outer");
        assertThat(copy.getCause()).hasToString(Quotation.class.getName() + ": what");
        Throwable quoted = copy.getCause().getCause();
        assertThat(quoted).isExactlyInstanceOf(IOException.class).hasMessage(null);
        assertThat(quoted.getCause())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(null);
        assertThat(copy.getSuppressed()).containsExactly(quoted);
    }

    /** Its constructor makes another text of what it gets. */
    public static final class Prefixed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public Prefixed(String name) {
            super("No such thing: " + name);
        }
    }

    /** It does something when it is made. */
    public static final class Counted extends RuntimeException {

        private static final long serialVersionUID = 1L;
        static int made;

        public Counted(int number, String name) {
            super(number + name);
            made++;
        }
    }

    @Test
    void whatCannotBeMadeAgainIsPrintedUnderTheNameOfItsClass() {
        for (Throwable thrown :
                List.of(new Prefixed("a\nb"), new Counted(1, "a\nb"), new DateTimeParseException("a\nb", "x\ny", 3))) {
            Throwable copy = LogText.of(thrown);
            assertThat(copy.toString())
                    .startsWith(thrown.getClass().getName() + ": ")
                    .contains("a?b");
            assertThat(copy.getStackTrace()).isEqualTo(thrown.getStackTrace());
        }
        assertThat(Counted.made).isEqualTo(1);
    }

    /** As Logback has it, in text and for tools that group by class. */
    @Test
    void theLogShowsTheClass() {
        Throwable usual = LogText.of(new IllegalStateException("a\nb", new NumberFormatException("c\u2028d")));
        ThrowableProxy logged = new ThrowableProxy(usual);
        assertThat(logged.getClassName()).isEqualTo("java.lang.IllegalStateException");
        assertThat(logged.getCause().getClassName()).isEqualTo("java.lang.NumberFormatException");
        assertThat(ThrowableProxyUtil.asString(logged))
                .startsWith("java.lang.IllegalStateException: a?b")
                .contains("Caused by: java.lang.NumberFormatException: c?d");

        Throwable unusual = LogText.of(new IllegalStateException("x", new Prefixed("a\nb")));
        assertThat(ThrowableProxyUtil.asString(new ThrowableProxy(unusual)))
                .startsWith("java.lang.IllegalStateException: x")
                .contains("Caused by: " + Prefixed.class.getName() + ": No such thing: a?b");
    }

    @Test
    void aTraceForgesNoLineEither() {
        IllegalStateException thrown = new IllegalStateException("no");
        thrown.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("a.B", "c", "B.java", 1), new StackTraceElement("a.B", "c\nFORGED", "B\r.java", 2)
        });
        assertThat(LogText.of(thrown)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(ThrowableProxyUtil.asString(new ThrowableProxy(LogText.of(thrown))))
                .contains("a.B.c(B.java:1)", "a.B.c?FORGED(B?.java:2)")
                .doesNotContain("\nFORGED");
    }

    @Test
    void thereAreNotMoreThanAHundredOfThem() {
        Throwable thrown = new IOException("root");
        for (int i = 0; i < 20_000; i++) {
            thrown = new IllegalStateException("no " + i, thrown);
        }
        int depth = 0;
        Throwable last = thrown;
        for (Throwable each = LogText.of(thrown); each != null; each = each.getCause()) {
            depth++;
            last = each;
        }
        assertThat(depth).isEqualTo(101);
        assertThat(last).hasToString("(and more, left out)");
    }
}
