package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * Refuses at start-up what a handler method can't have, though controllers and other methods that Spring calls can. Types and annotations are told by
 * their names, as their libraries need not be there.
 */
final class SignatureCheck {

    /** A type variable's bound may name the variable itself. */
    private static final int MAX_DEPTH = 6;

    private static final String WEB = "org.springframework.web.bind.annotation.";
    private static final String MESSAGING = "org.springframework.messaging.handler.annotation.";

    /** Annotations of the parameter that takes the payload whole. */
    private static final String[] WHOLE = {WEB + "RequestBody", MESSAGING + "Payload"};

    /** What runs later in the hands of others; a value of the application's may be such a thing too. */
    private static final Set<Class<?>> CODE = Set.of(Callable.class, Supplier.class, Runnable.class);

    private static final String RETURN_LATER = "return the value, a CompletableFuture or a Mono";

    private static final Map<String, String> ANNOTATIONS = new LinkedHashMap<>();
    private static final Map<String, String> LATER = new LinkedHashMap<>();
    private static final Map<String, String> RESULTS = new LinkedHashMap<>();

    static {
        add(
                ANNOTATIONS,
                "the payload has no such part: without the annotation the parameter is the payload, or its member of that name",
                WEB + "RequestParam",
                WEB + "PathVariable",
                WEB + "ModelAttribute",
                WEB + "RequestPart",
                WEB + "MatrixVariable",
                MESSAGING + "DestinationVariable");
        add(
                ANNOTATIONS,
                "a call has no headers and no session of its own: take an XyHandshake for the headers of the request that opened"
                        + " the connection, or an XyPeer and its attributes",
                WEB + "RequestHeader",
                WEB + "CookieValue",
                WEB + "SessionAttribute",
                WEB + "RequestAttribute",
                MESSAGING + "Header",
                MESSAGING + "Headers");
        add(
                ANNOTATIONS,
                "a peer could send it: give it to the bean's constructor",
                "org.springframework.beans.factory.annotation.Value",
                "org.springframework.beans.factory.annotation.Autowired");
        add(
                ANNOTATIONS,
                "a peer could send it: take an Authentication",
                "org.springframework.security.core.annotation.CurrentSecurityContext");
        add(
                LATER,
                RETURN_LATER,
                "java.util.concurrent.Future",
                "java.util.concurrent.Flow$Publisher",
                "org.reactivestreams.Publisher",
                "kotlinx.coroutines.Job",
                "kotlinx.coroutines.flow.Flow",
                "org.springframework.web.context.request.async.DeferredResult",
                "org.springframework.web.context.request.async.WebAsyncTask");
        add(
                RESULTS,
                "there is no HTTP response: return its body; throw an XyException or a ResponseStatusException for another status",
                "org.springframework.http.HttpEntity",
                "org.springframework.http.HttpMessage",
                "jakarta.servlet.ServletResponse",
                "org.springframework.messaging.Message",
                "org.springframework.web.servlet.function.ServerResponse",
                "org.springframework.web.reactive.function.server.ServerResponse");
        add(
                RESULTS,
                "there is no view: return the answer",
                "org.springframework.web.servlet.ModelAndView",
                "org.springframework.web.servlet.View",
                "org.springframework.web.servlet.SmartView",
                "org.springframework.web.reactive.result.view.Rendering",
                "org.springframework.ui.Model",
                "org.springframework.ui.ModelMap");
        add(
                RESULTS,
                "an answer comes at once: send events with XyPeer.send, or return a CompletableFuture or a Flux with an end",
                "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody",
                "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
                "org.springframework.http.codec.ServerSentEvent");
        add(
                RESULTS,
                "an answer is JSON: return a byte[] (Base64) or a String, or offer files by HTTP",
                "org.springframework.core.io.InputStreamSource",
                "java.io.InputStream",
                "java.io.OutputStream",
                "java.io.Reader",
                "java.io.Writer",
                "java.nio.channels.Channel");
        add(
                RESULTS,
                "it can't be written as JSON: return what the caller is to know of it",
                "java.lang.Thread",
                "java.util.concurrent.Executor",
                "io.xywebsocket.XyCaller",
                "io.xywebsocket.engine.XyEndpoint",
                "io.xywebsocket.XyPeers",
                "io.xywebsocket.XyPresence",
                "io.xywebsocket.XyAnswers",
                "io.xywebsocket.XyOutcome");
    }

    private SignatureCheck() {}

    private static void add(Map<String, String> table, String instead, String... names) {
        Stream.of(names).forEach(name -> table.put(name, instead));
    }

    /**
     * A parameter that gets its value from the payload.
     *
     * @param single whether it is the only such one
     */
    static void payload(HandlerMethod handler, HandlerParameter parameter, boolean single) {
        MergedAnnotations annotations =
                MergedAnnotations.from(parameter.source().getParameterAnnotations());
        ANNOTATIONS.forEach((name, instead) -> {
            if (annotations.isPresent(name)) {
                throw unusable(handler, parameter, "is marked with @" + ClassUtils.getShortName(name) + "; " + instead);
            }
        });
        for (String name : WHOLE) {
            if (annotations.isPresent(name) && !single) {
                throw unusable(
                        handler,
                        parameter,
                        "is marked with @" + ClassUtils.getShortName(name)
                                + " beside others, which would be members of the"
                                + " same payload; let one parameter, of a record say, take all of it");
            }
        }
        try {
            XyType.of(parameter.type()).ofPayload();
        } catch (IllegalArgumentException e) {
            throw unusable(handler, parameter, "is a " + e.getMessage());
        }
    }

    /** Whether an annotation of another kind of handler says that the payload may be missing. */
    static boolean allowsNothing(MethodParameter parameter) {
        MergedAnnotations annotations = MergedAnnotations.from(parameter.getParameterAnnotations());
        return Stream.of(WHOLE)
                .map(annotations::get)
                .anyMatch(annotation -> annotation.isPresent() && !annotation.getBoolean("required"));
    }

    private static HandlerDefinitionException unusable(
            HandlerMethod handler, HandlerParameter parameter, String fault) {
        int index = parameter.source().getParameterIndex();
        String name = parameter.name() == null ? "number " + (index + 1) : "'" + parameter.name() + "'";
        return HandlerDefinitionException.unusable(handler, "its parameter " + name + " " + fault, null);
    }

    static void result(HandlerMethod handler) {
        ResolvableType type = ResolvableType.forMethodReturnType(handler.method(), handler.beanType());
        Class<?> raw = type.resolve(Object.class);
        boolean awaited = CompletionStage.class.isAssignableFrom(raw) || isReactive(raw);
        if (!awaited) {
            refuse(handler, raw, LATER);
            if (handler.isFunction()) {
                refuse(handler, raw, RESULTS);
            }
        }
        if (handler.isFunction()) {
            within(handler, type, 0);
        }
    }

    /** What is inside a result is written as JSON as it is: nobody waits for it. */
    private static void within(HandlerMethod handler, ResolvableType type, int depth) {
        if (type.isArray()) {
            inner(handler, type.getComponentType(), depth);
        }
        for (ResolvableType generic : type.getGenerics()) {
            inner(handler, generic, depth);
        }
    }

    private static void inner(HandlerMethod handler, ResolvableType type, int depth) {
        Class<?> raw = type.resolve(Object.class);
        if (CompletionStage.class.isAssignableFrom(raw) || isReactive(raw)) {
            throw unusable(handler, raw, "inside another result", "nobody would wait for it; return it itself");
        }
        refuse(handler, raw, LATER);
        refuse(handler, raw, RESULTS);
        if (depth < MAX_DEPTH) {
            within(handler, type, depth + 1);
        }
    }

    private static boolean isReactive(Class<?> raw) {
        return raw != Object.class
                && ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw) != null;
    }

    private static void refuse(HandlerMethod handler, Class<?> result, Map<String, String> table) {
        String instead = CODE.contains(result) ? RETURN_LATER : instead(result, table);
        if (instead != null) {
            throw unusable(handler, result, "", instead);
        }
    }

    private static HandlerDefinitionException unusable(
            HandlerMethod handler, Class<?> result, String where, String instead) {
        String place = where.isEmpty() ? "" : " " + where;
        return HandlerDefinitionException.unusable(
                handler, "it returns a " + result.getSimpleName() + place + "; " + instead, null);
    }

    private static @Nullable String instead(@Nullable Class<?> type, Map<String, String> table) {
        if (type == null) {
            return null;
        }
        String own = table.get(type.getName());
        for (Class<?> parent : type.getInterfaces()) {
            own = own == null ? instead(parent, table) : own;
        }
        return own == null ? instead(type.getSuperclass(), table) : own;
    }
}
