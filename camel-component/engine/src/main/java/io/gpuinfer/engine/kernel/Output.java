package io.gpuinfer.engine.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field of a {@link RouteKernel} that a request is answered with, under the field's name: an
 * array of {@code float}, {@code double}, {@code int}, {@code long} or {@code byte}. It may be an
 * {@link Input} too, where a kernel works in place.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Output {}
