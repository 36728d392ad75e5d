package io.xywebsocket;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Types that no payload can be read as, with alternatives to suggest. They are compared by name, as their libraries are
 * optional.
 */
final class UnbindableTypes {

    private static final Map<String, String> INSTEAD = new LinkedHashMap<>();

    static {
        String request =
                "there is no HTTP request: take an XyHandshake for its URI and headers, or an XyPeer and its attributes";
        add(
                request,
                "jakarta.servlet.ServletRequest",
                "jakarta.servlet.ServletResponse",
                "jakarta.servlet.http.HttpSession",
                "jakarta.servlet.http.PushBuilder",
                "jakarta.servlet.http.Cookie",
                "org.springframework.web.context.request.RequestAttributes",
                "org.springframework.http.HttpEntity",
                "org.springframework.http.HttpHeaders",
                "org.springframework.http.HttpMethod",
                "org.springframework.http.HttpMessage",
                "org.springframework.http.HttpCookie",
                "org.springframework.web.server.ServerWebExchange",
                "org.springframework.web.server.WebSession",
                "org.springframework.web.util.UriComponentsBuilder");
        add(
                "there is no view: return the answer",
                "org.springframework.ui.Model",
                "org.springframework.ui.ModelMap",
                "org.springframework.web.servlet.ModelAndView",
                "org.springframework.web.bind.support.SessionStatus");
        add(
                "what violates a constraint is rejected with 400 before the handler runs: mark the payload with @Valid",
                "org.springframework.validation.Errors",
                "org.springframework.web.bind.WebDataBinder");
        add(
                "a payload is JSON: take a byte[] (Base64) or a String, or send files by HTTP",
                "org.springframework.web.multipart.MultipartFile",
                "org.springframework.web.multipart.MultipartRequest",
                "jakarta.servlet.http.Part",
                "org.springframework.http.codec.multipart.Part",
                "org.springframework.core.io.InputStreamSource",
                "java.io.InputStream",
                "java.io.OutputStream",
                "java.io.Reader",
                "java.io.Writer",
                "java.nio.channels.Channel");
        add(
                "take an XyPeer for the connection, an XyHandshake for its headers",
                "org.springframework.web.socket.WebSocketSession",
                "org.springframework.web.socket.WebSocketMessage",
                "org.springframework.messaging.Message",
                "org.springframework.messaging.MessageHeaders",
                "org.springframework.messaging.support.MessageHeaderAccessor",
                "org.springframework.messaging.core.MessageSendingOperations",
                "jakarta.websocket.Session",
                "io.xywebsocket.XyCaller",
                "io.xywebsocket.XyMessage");
        add(
                "it is not in the payload: give it to the object that has the handler",
                "io.xywebsocket.engine.XyEndpoint",
                "io.xywebsocket.XyPeers",
                "io.xywebsocket.XyBroadcaster",
                "io.xywebsocket.XyHandlers",
                "io.xywebsocket.XyJson",
                "java.util.concurrent.Executor",
                "java.lang.Thread",
                "org.springframework.beans.factory.BeanFactory");
        add(
                "a payload comes at once: take the value itself, or a List of them",
                "java.util.concurrent.CompletionStage",
                "java.util.concurrent.Future",
                "java.util.concurrent.Flow$Publisher",
                "java.util.stream.BaseStream",
                "org.reactivestreams.Publisher",
                "kotlinx.coroutines.flow.Flow",
                "kotlinx.coroutines.Job");
    }

    private UnbindableTypes() {}

    private static void add(String instead, String... types) {
        Stream.of(types).forEach(type -> INSTEAD.put(type, instead));
    }

    /** Returns null if a payload may have this type; otherwise the unsuitable type and an alternative. */
    static @Nullable String misfit(Type type) {
        if (type instanceof Class<?> raw) {
            return raw.isArray() ? misfit(raw.getComponentType()) : misfit(raw, raw);
        } else if (type instanceof ParameterizedType parameterized) {
            String ofRaw = misfit(parameterized.getRawType());
            return ofRaw != null ? ofRaw : first(parameterized.getActualTypeArguments());
        } else if (type instanceof GenericArrayType array) {
            return misfit(array.getGenericComponentType());
        }
        return type instanceof WildcardType wildcard ? first(wildcard.getUpperBounds()) : null;
    }

    private static @Nullable String first(Type[] types) {
        for (Type type : types) {
            String misfit = misfit(type);
            if (misfit != null) {
                return misfit;
            }
        }
        return null;
    }

    private static @Nullable String misfit(Class<?> named, @Nullable Class<?> type) {
        if (type == null) {
            return null;
        }
        String instead = INSTEAD.get(type.getName());
        if (instead != null) {
            return named.getSimpleName() + ", which no payload can be; " + instead;
        }
        for (Class<?> parent : type.getInterfaces()) {
            String misfit = misfit(named, parent);
            if (misfit != null) {
                return misfit;
            }
        }
        return misfit(named, type.getSuperclass());
    }
}
