package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.program.Fn;
import java.util.List;
import java.util.Map;

/** Trigonometric and hyperbolic functions of each element. */
final class TrigonometryOperators {

  private TrigonometryOperators() {}

  static void addTo(Map<String, Operator> all) {
    put(all, "Tan", Fn.real("tan($0)", a -> Math.tan(a[0])));
    put(all, "Asin", Fn.real("asin($0)", a -> Math.asin(a[0])));
    put(all, "Acos", Fn.real("acos($0)", a -> Math.acos(a[0])));
    put(all, "Atan", Fn.real("atan($0)", a -> Math.atan(a[0])));
    put(all, "Sinh", Fn.real("sinh($0)", a -> Math.sinh(a[0])));
    put(all, "Cosh", Fn.real("cosh($0)", a -> Math.cosh(a[0])));
    put(
        all,
        "Asinh",
        Fn.real(
            "asinh($0)", a -> Math.copySign(Math.log(Math.abs(a[0]) + Math.hypot(a[0], 1)), a[0])));
    put(all, "Acosh", Fn.real("acosh($0)", a -> Math.log(a[0] + Math.sqrt(a[0] * a[0] - 1))));
    put(all, "Atanh", Fn.real("atanh($0)", a -> (Math.log1p(a[0]) - Math.log1p(-a[0])) / 2));
  }

  private static void put(Map<String, Operator> all, String name, Fn fn) {
    all.put(name, call -> List.of(new Arithmetic(call.builder()).apply(fn, call.input(0))));
  }
}
