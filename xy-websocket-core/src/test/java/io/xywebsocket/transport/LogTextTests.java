package io.xywebsocket.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Throwables on their way into a log. */
class LogTextTests {

    private static Throwable withCause(Throwable of, Throwable cause) {
        return of.initCause(cause);
    }

    @Test
    void whatIsFitForTheLogIsLoggedItself() {
        Exception suppressing = new UncheckedIOException("\u00e9\u20ac", new IOException((String) null));
        suppressing.addSuppressed(new IllegalStateException("and this"));
        assertThat(LogText.of(suppressing)).isSameAs(suppressing);
    }

    @Test
    void theCopyNamesTheClassesAndHasTheTraces() {
        IOException cause = new IOException("a\nb");
        UncheckedIOException thrown = new UncheckedIOException("outer", cause);
        IllegalStateException suppressed = new IllegalStateException();
        cause.addSuppressed(suppressed);

        Throwable copy = LogText.of(thrown);
        assertThat(copy)
                .isNotSameAs(thrown)
                .hasMessage("java.io.UncheckedIOException: outer")
                .hasStackTraceContaining("theCopyNamesTheClassesAndHasTheTraces");
        assertThat(copy.getStackTrace()).isEqualTo(thrown.getStackTrace());
        assertThat(copy.getCause()).hasMessage("java.io.IOException: a?b").hasNoCause();
        assertThat(copy.getCause().getStackTrace()).isEqualTo(cause.getStackTrace());
        assertThat(copy.getCause().getSuppressed()).hasSize(1);
        assertThat(copy.getCause().getSuppressed()[0]).hasMessage("java.lang.IllegalStateException");
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
        assertThat(LogText.of(cycle)).isSameAs(first);

        Exception third = new Exception("third\r", second);
        second.addSuppressed(third);
        Throwable copy = LogText.of(third);
        assertThat(copy).hasMessage("java.lang.Exception: third?");
        assertThat(copy.getCause().getCause().getCause()).isSameAs(copy.getCause());
        assertThat(copy.getCause().getSuppressed()).containsExactly(copy);
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
        assertThat(copy).hasMessage("java.lang.Exception: outer");
        assertThat(copy.getCause()).hasMessage(Quotation.class.getName() + ": what");
        Throwable quoted = copy.getCause().getCause();
        assertThat(quoted).hasMessage("java.io.IOException");
        assertThat(quoted.getCause()).hasMessage("java.lang.IllegalStateException");
        assertThat(copy.getSuppressed()).containsExactly(quoted);
    }
}
