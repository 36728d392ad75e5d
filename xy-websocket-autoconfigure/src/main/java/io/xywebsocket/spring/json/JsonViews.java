package io.xywebsocket.spring.json;

import com.fasterxml.jackson.annotation.JsonView;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * {@link JsonView}, which both lines of Jackson share, on methods and parameters.
 *
 * @since 0.1
 */
public final class JsonViews {

    private JsonViews() {}

    /**
     * The views that an element names, itself or by an annotation that it bears; of a method also what the one that it overrides names.
     *
     * @return null if there is no {@link JsonView}
     */
    public static @Nullable List<Class<?>> of(AnnotatedElement element) {
        JsonView view = AnnotatedElementUtils.findMergedAnnotation(element, JsonView.class);
        return view == null ? null : List.of(view.value());
    }
}
