package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonView;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** {@code @JsonView}, as in Spring MVC: on a method it says what goes out, on a parameter what comes in. */
class ViewTests {

    interface Public {}

    interface Internal extends Public {}

    /** What has no view is in one only if the application's mapper says so; Spring Boot's doesn't. */
    public record Account(
            @JsonView(Public.class) String name,
            @JsonView(Internal.class) @Nullable String pin,
            @Nullable String note) {}

    private static final Account ADA = new Account("Ada", "1234", "n");
    private static final String WHOLE = "{\"name\":\"Ada\",\"pin\":\"1234\",\"note\":\"n\"}";

    interface Contract {
        @XyRpc
        @JsonView(Public.class)
        List<Account> ofContract(@JsonView(Public.class) Account account);
    }

    @RestController
    public static class Accounts implements Contract {

        final List<Account> heard = new CopyOnWriteArrayList<>();

        @XyRpc
        @GetMapping("/whole")
        public Account whole() {
            return ADA;
        }

        @XyRpc
        @GetMapping("/shown")
        @JsonView(Public.class)
        public Account shown() {
            return ADA;
        }

        @XyRpc
        @GetMapping("/internal")
        @JsonView(Internal.class)
        public List<Account> internal() {
            return List.of(ADA);
        }

        @XyRpc
        @GetMapping("/later")
        @JsonView(Public.class)
        public CompletableFuture<Account> later() {
            return CompletableFuture.supplyAsync(() -> ADA);
        }

        @XyRpc
        @JsonView(Public.class)
        public Flux<Account> flux() {
            return Flux.just(ADA);
        }

        @XyRpc
        public String in(@JsonView(Public.class) Account account) {
            return account.toString();
        }

        @XyRpc
        public String both(@JsonView(Public.class) List<Account> shown, Account whole) {
            return shown + " " + whole;
        }

        @XyEvent
        public void heard(@JsonView(Public.class) Account account) {
            heard.add(account);
        }

        @Override
        public List<Account> ofContract(Account account) {
            return List.of(ADA, account);
        }
    }

    private static String answer(RawClient client, String function, String payload) {
        return Json.payload(client.call(function, payload).next()).toString();
    }

    @Test
    void hidesWhatIsNotInTheViewOfAMethod() {
        try (App app = App.of(Accounts.class);
                RawClient client = app.connect()) {
            for (String function : List.of("whole", "shown", "internal", "later")) {
                assertThat(answer(client, function, "0"))
                        .isEqualTo(Json.of(app.get("/" + function).body()).toString());
            }
            assertThat(answer(client, "whole", "0")).isEqualTo(WHOLE);
            assertThat(answer(client, "shown", "0")).isEqualTo("{\"name\":\"Ada\"}");
            assertThat(answer(client, "later", "0")).isEqualTo("{\"name\":\"Ada\"}");
            assertThat(answer(client, "flux", "0")).isEqualTo("[{\"name\":\"Ada\"}]");
            assertThat(answer(client, "internal", "0")).isEqualTo("[{\"name\":\"Ada\",\"pin\":\"1234\"}]");
        }
    }

    @Test
    void doesNotReadWhatIsNotInTheViewOfAParameter() {
        // of Jackson 3 the default is to refuse it
        try (App app = App.with("spring.jackson.deserialization.fail-on-unexpected-view-properties=false")
                        .start(Accounts.class);
                RawClient client = app.connect()) {
            String shown = "Account[name=Ada, pin=null, note=null]";
            assertThat(answer(client, "in", WHOLE)).isEqualTo("\"" + shown + "\"");
            assertThat(answer(client, "both", "{\"shown\":[" + WHOLE + "],\"whole\":" + WHOLE + "}"))
                    .isEqualTo("\"[" + shown + "] " + ADA + "\"");
            assertThat(answer(client, "ofContract", WHOLE)).isEqualTo("[{\"name\":\"Ada\"},{\"name\":\"Ada\"}]");
            client.event("heard", WHOLE);
            Accounts accounts = app.bean(Accounts.class);
            await().until(() -> !accounts.heard.isEmpty());
            assertThat(accounts.heard).containsExactly(new Account("Ada", null, null));
        }
    }

    @Test
    void followsTheMapperInWhatHasNoView() {
        try (App app = App.with("spring.jackson.mapper.default-view-inclusion=true")
                        .start(Accounts.class);
                RawClient client = app.connect()) {
            assertThat(answer(client, "shown", "0")).isEqualTo("{\"name\":\"Ada\",\"note\":\"n\"}");
        }
    }
}
