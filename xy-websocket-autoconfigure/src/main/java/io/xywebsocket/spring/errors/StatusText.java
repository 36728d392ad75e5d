package io.xywebsocket.spring.errors;

import org.springframework.http.HttpStatus;

/** The words of a status for errors that bring none of their own. */
final class StatusText {

    private StatusText() {}

    static String of(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return known == null ? "Error " + status : known.getReasonPhrase();
    }
}
