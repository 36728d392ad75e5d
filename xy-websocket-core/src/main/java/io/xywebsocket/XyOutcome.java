package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of a call to one member of an {@link XyAudience}.
 *
 * @param member who was asked
 * @param value  the answer; null if it is null, or if there is an error
 * @param error  the member's rejection, {@link XyNotConnectedException} (503) if it has gone, {@link
 *     XyCallTimeoutException} (504), or status 499 if the call was cancelled, 429 if too many calls to the
 *     member wait for their answers, 502 if its answer can't be read, 500 if an interceptor failed; null if there is an
 *     answer
 * @since 0.1
 */
public record XyOutcome<T>(XyMember member, @Nullable T value, @Nullable XyException error) {

    /** Returns whether the member answered. */
    public boolean isValue() {
        return error == null;
    }

    /**
     * Returns the answer.
     *
     * @throws XyException the error, if there is no answer
     */
    public @Nullable T orElseThrow() {
        if (error != null) {
            throw error;
        }
        return value;
    }
}
