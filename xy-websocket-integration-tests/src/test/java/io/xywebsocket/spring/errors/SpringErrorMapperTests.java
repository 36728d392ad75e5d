package io.xywebsocket.spring.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.ResponseStatusException;

class SpringErrorMapperTests {

    @Test
    void takesStatusAndReasonOfAResponseStatusException() {
        assertThat(mapped(new ResponseStatusException(HttpStatus.CONFLICT, "taken by ann")))
                .satisfies(is(409, "taken by ann"));
        assertThat(mapped(new ResponseStatusException(HttpStatus.NOT_FOUND))).satisfies(is(404, "Not Found"));
        assertThat(mapped(new ResponseStatusException(HttpStatusCode.valueOf(599))))
                .satisfies(is(599, "Error 599"));
    }

    @Test
    void takesDetailAndPropertiesOfAnErrorResponse() {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "conflict");
        problem.setProperty("code", "E42");
        problem.setProperty("status", "not this");
        XyException mapped = mapped(new ErrorResponseException(HttpStatus.CONFLICT, problem, null));
        assertThat(mapped).satisfies(is(409, "conflict"));
        assertThat(mapped.details()).isEqualTo(Map.of("code", "E42"));
    }

    @ResponseStatus(code = HttpStatus.GONE, reason = "no longer there")
    static class GoneException extends RuntimeException {}

    @ResponseStatus(HttpStatus.NOT_FOUND)
    static class UnknownException extends Exception {
        UnknownException() {
            super("an internal text");
        }
    }

    static class UnknownParcelException extends UnknownException {}

    @ResponseStatus(HttpStatus.PAYMENT_REQUIRED)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Unpaid {}

    @Unpaid
    static class UnpaidException extends RuntimeException {}

    @Test
    void takesTheStatusThatAnExceptionsClassBears() {
        assertThat(mapped(new GoneException())).satisfies(is(410, "no longer there"));
        assertThat(mapped(new UnknownException())).satisfies(is(404, "Not Found"));
        assertThat(mapped(new UnknownParcelException())).satisfies(is(404, "Not Found"));
        assertThat(mapped(new UnpaidException())).satisfies(is(402, "Payment Required"));
    }

    @Test
    void hidesTheTextsOfSecurityExceptions() {
        assertThat(mapped(new AccessDeniedException("because of x"))).satisfies(is(403, "Access denied"));
        assertThat(mapped(new AuthorizationDeniedException("because of x", new AuthorizationDecision(false))))
                .satisfies(is(403, "Access denied"));
        assertThat(mapped(new BadCredentialsException("because of x"))).satisfies(is(401, "Not authenticated"));
    }

    @Test
    void knowsNothingElse() {
        assertThat(mapped(new IllegalStateException("boom"))).isNull();
        assertThat(mapped(new XyException(409, "conflict"))).isNull();
    }

    private static @Nullable XyException mapped(Throwable error) {
        for (XyErrorMapper mapper : SpringErrorMappers.available(null)) {
            XyException mapped = mapper.map(error);
            if (mapped != null) {
                assertThat(mapped).hasCause(error);
                return mapped;
            }
        }
        return null;
    }

    private static Consumer<XyException> is(int status, String message) {
        return mapped -> {
            assertThat(mapped).hasMessage(message);
            assertThat(mapped.status()).isEqualTo(status);
        };
    }
}
