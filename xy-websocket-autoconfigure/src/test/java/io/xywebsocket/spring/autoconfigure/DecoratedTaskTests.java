package io.xywebsocket.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.UndeclaredThrowableException;
import org.junit.jupiter.api.Test;

/** What is thrown out of a task decorator and of a handler inside one. */
class DecoratedTaskTests {

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws a checked one that isn't declared
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void anErrorOfADecoratorStaysAnError() {
        Error full = new OutOfMemoryError("full");
        assertThatThrownBy(() -> DecoratedTask.run(
                        task -> {
                            throw full;
                        },
                        () -> 1))
                .isSameAs(full);
        assertThatThrownBy(() -> DecoratedTask.run(
                        task -> () -> {
                            throw full;
                        },
                        () -> 1))
                .isSameAs(full);
    }

    @Test
    void anExceptionOfADecoratorIsTheCause() {
        Exception down = new Exception("down");
        assertThatThrownBy(() ->
                        DecoratedTask.run(task -> () -> DecoratedTaskTests.<RuntimeException>sneak(down), () -> 1))
                .isInstanceOf(RuntimeException.class)
                .hasMessage("A TaskDecorator failed")
                .hasCause(down);
    }

    @Test
    void whatAHandlerThrowsIsThrown() {
        Exception checked = new Exception("checked");
        assertThatThrownBy(() -> DecoratedTask.run(task -> task, () -> {
                    throw checked;
                }))
                .isSameAs(checked);
        Throwable plain = new Throwable("plain");
        assertThatThrownBy(() -> DecoratedTask.run(task -> task, () -> {
                    DecoratedTaskTests.<RuntimeException>sneak(plain);
                    return 1;
                }))
                .isInstanceOf(UndeclaredThrowableException.class)
                .hasCause(plain);
    }
}
