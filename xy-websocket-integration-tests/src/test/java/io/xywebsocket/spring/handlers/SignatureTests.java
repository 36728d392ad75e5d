package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyCaller;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.InputStream;
import java.io.Writer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.ui.ModelMap;
import org.springframework.validation.BindingResult;
import org.springframework.validation.Errors;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What other methods that Spring calls may have, and handlers can't, ends the start-up with what to do instead. */
class SignatureTests {

    record Item(String sku) {}

    @Retention(RetentionPolicy.RUNTIME)
    @Value("${tenant}")
    @interface Tenant {}

    /** Each can't be used, because of what {@link Says} says. */
    @SuppressWarnings("unused")
    static class Unusable {

        @Says({"parameter 'request' is a HttpServletRequest", "XyHandshake"})
        void request(HttpServletRequest request) {}

        @Says({"parameter 'response' is a HttpServletResponse", "XyHandshake"})
        void besideThePayload(Item item, HttpServletResponse response) {}

        @Says({"HttpSession", "XyPeer"})
        void session(HttpSession session) {}

        @Says({"HttpSession", "XyPeer"})
        void optional(Optional<HttpSession> session) {}

        @Says({"WebRequest", "XyHandshake"})
        void webRequest(WebRequest request) {}

        @Says({"HttpEntity", "XyHandshake"})
        void entity(HttpEntity<Item> item) {}

        @Says({"Model", "return the answer"})
        void model(Model model) {}

        @Says({"ModelMap", "return the answer"})
        void modelMap(ModelMap model) {}

        @Says({"RedirectAttributes", "return the answer"})
        void redirect(RedirectAttributes attributes) {}

        @Says({"BindingResult", "@Valid"})
        void binding(Item item, BindingResult result) {}

        @Says({"Errors", "@Valid"})
        void errors(Item item, Errors errors) {}

        @Says({"MultipartFile", "Base64"})
        void files(List<MultipartFile> files) {}

        @Says({"MultipartFile", "Base64"})
        void fileArray(MultipartFile[] files) {}

        @Says({"InputStream", "Base64"})
        void in(InputStream in) {}

        @Says({"Writer", "Base64"})
        void out(Writer out) {}

        @Says({"WebSocketSession", "XyPeer"})
        void socket(WebSocketSession session) {}

        @Says({"SimpMessageHeaderAccessor", "XyPeer"})
        void accessor(SimpMessageHeaderAccessor headers) {}

        @Says({"MessageHeaders", "XyPeer"})
        void headers(MessageHeaders headers) {}

        @Says({"XyCaller", "XyPeer"})
        void caller(XyCaller caller) {}

        @Says({"XyBroadcaster", "give it to the object"})
        void bean(XyBroadcaster broadcaster) {}

        @Says({"Mono", "take the value itself"})
        void mono(Mono<Item> item) {}

        @Says({"Stream", "a List"})
        void stream(Stream<Item> items) {}

        @Says({"CompletableFuture", "take the value itself"})
        void future(CompletableFuture<Item> item) {}

        @Says({"'item' is marked with @RequestBody beside others", "a record"})
        void body(@RequestBody Item item, String more) {}

        @Says({"'item' is marked with @Payload beside others", "a record"})
        void payload(@Payload Item item, String more) {}

        @Says({"@RequestParam", "without the annotation"})
        void param(@RequestParam String sku) {}

        @Says({"@PathVariable", "without the annotation"})
        void path(@PathVariable String sku) {}

        @Says({"@ModelAttribute", "without the annotation"})
        void attribute(@ModelAttribute Item item) {}

        @Says({"@DestinationVariable", "without the annotation"})
        void destination(@DestinationVariable String sku) {}

        @Says({"@RequestHeader", "XyHandshake"})
        void header(@RequestHeader("X-Tenant") String tenant) {}

        @Says({"@Value", "constructor"})
        void composed(@Tenant String tenant) {}

        @Says({"@Header", "XyHandshake"})
        void messageHeader(@Header("tenant") String tenant) {}

        @Says({"@CookieValue", "XyHandshake"})
        void cookie(@CookieValue("id") String id) {}

        @Says({"@SessionAttribute", "XyPeer"})
        void sessionAttribute(@SessionAttribute("id") String id) {}

        @Says({"@Value", "constructor"})
        void value(@Value("${java.home}") String home) {}

        @Says({"returns a Future", "CompletableFuture"})
        @Nullable
        Future<Item> laterSomehow() {
            return null;
        }

        @Says({"returns a Callable", "CompletableFuture"})
        @Nullable
        Callable<Item> callable() {
            return null;
        }

        @Says({"returns a DeferredResult", "CompletableFuture"})
        @Nullable
        DeferredResult<Item> deferred() {
            return null;
        }

        @Says({"returns a ResponseEntity", "XyException"})
        @Nullable
        ResponseEntity<Item> response() {
            return null;
        }

        @Says({"returns a ResponseEntity", "XyException"})
        @Nullable
        CompletableFuture<ResponseEntity<Item>> responseLater() {
            return null;
        }

        @Says({"returns a ModelAndView", "return the answer"})
        @Nullable
        ModelAndView view() {
            return null;
        }

        @Says({"returns a SseEmitter", "XyPeer.send"})
        @Nullable
        SseEmitter emitter() {
            return null;
        }

        @Says({"returns a StreamingResponseBody", "XyPeer.send"})
        @Nullable
        StreamingResponseBody streaming() {
            return null;
        }

        @Says({"returns a InputStream", "Base64"})
        @Nullable
        InputStream bytes() {
            return null;
        }

        @Says({"returns a Resource", "Base64"})
        @Nullable
        Resource resource() {
            return null;
        }

        @Says({"returns a Thread", "JSON"})
        @Nullable
        Thread thread() {
            return null;
        }

        @Says({"returns a ExecutorService", "JSON"})
        @Nullable
        ExecutorService executor() {
            return null;
        }

        @Says({"returns a XyPeer", "JSON"})
        @Nullable
        List<XyPeer> peers() {
            return null;
        }

        @Says({"returns a Flux inside another result", "return it itself"})
        @Nullable
        CompletableFuture<Flux<Item>> fluxLater() {
            return null;
        }

        @Says({"returns a CompletableFuture inside another result", "return it itself"})
        @Nullable
        Map<String, CompletableFuture<Item>> futures() {
            return null;
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Says {
        String[] value();
    }

    static List<Method> methods() {
        return Stream.of(Unusable.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Says.class))
                .toList();
    }

    private static HandlerMethod handler(Method method, HandlerMethod.Kind kind) {
        return new HandlerMethod(kind, method.getName(), "unusable", Unusable.class, method, Set.of());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void saysWhatToDoInstead(Method method) {
        HandlerMethod handler = handler(method, HandlerMethod.Kind.FUNCTION);
        assertThat(catchThrowable(() -> {
                    Arguments.of(handler);
                    SignatureCheck.result(handler);
                }))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageStartingWith("@XyRpc method " + handler.place() + " can't be used: it")
                .hasMessageContainingAll(method.getAnnotation(Says.class).value());
    }

    @Component
    static class WithRequest {
        @XyRpc
        void level(HttpServletRequest request) {}
    }

    @Component
    static class WithFuture {
        @XyEvent
        @Nullable
        Future<String> level(String sku) {
            return null;
        }
    }

    @Test
    void endsTheStartUp() {
        assertThat(Handlers.failureOf(WithRequest.class))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContaining("HttpServletRequest");
        assertThat(Handlers.failureOf(WithFuture.class))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContaining("@XyEvent method")
                .hasMessageContaining("Future");
    }

    /** A value that happens to be code. */
    record Price(int cents) implements Supplier<Integer> {
        @Override
        public Integer get() {
            return cents;
        }
    }

    @Component
    static class Usable {
        @XyRpc
        String body(@RequestBody Item item) {
            return item.sku();
        }

        @XyRpc
        String payload(@Payload Item item, XyPeer peer) {
            return item.sku();
        }

        @XyRpc
        String maybe(@RequestBody(required = false) Item item) {
            return item == null ? "nothing" : item.sku();
        }

        @XyRpc
        Price price() {
            return new Price(3);
        }

        @XyRpc
        Stream<Item> stream() {
            return Stream.of(new Item("A-1"));
        }

        /** A listener's value is nobody's; an application may use the method otherwise. */
        @XyEvent
        ResponseEntity<Item> heard(Item item) {
            return ResponseEntity.ok(item);
        }
    }

    @Test
    void takesMarkersOfThePayloadForWhatTheySay() throws Exception {
        try (Handlers handlers = Handlers.of(Usable.class)) {
            assertThat(handlers.call("body", "{\"sku\":\"A-1\"}")).isEqualTo("A-1");
            assertThat(handlers.call("payload", "{\"sku\":\"A-1\"}")).isEqualTo("A-1");
            assertThat(handlers.call("maybe")).isEqualTo("nothing");
            assertThat(handlers.rejection("body").status()).isEqualTo(400);
        }
    }
}
