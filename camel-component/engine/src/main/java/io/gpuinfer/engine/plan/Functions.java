package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The OpenCL C functions made for a model's element-wise expressions. Two expressions of the same
 * form share one function, as their constants are operands of it.
 */
public final class Functions {

  private final Map<String, Integer> elementwise = new LinkedHashMap<>();
  private final Map<String, Integer> epilogues = new LinkedHashMap<>();

  /** The number of the function over rows of elements; inputs as {@link Operand#of} sorts them. */
  int elementwise(Expr expr, List<Operand> operands) {
    StringBuilder body = new StringBuilder();
    for (Operand operand : operands) {
      if (operand.isScalar()) {
        body.append(scalar(operand, "s"));
      } else {
        body.append(inSlot(operand, "  __global const float* p# = p[#]; int d# = d[#];\n"));
      }
    }
    body.append("  for (int c = 0; c < n; c += WIDTH) {\n");
    for (Operand operand : operands) {
      if (!operand.isScalar()) {
        body.append("  ").append(load(operand, "d# ? LOAD(p# + c) : (V)(*p#)"));
      }
    }
    String result = new Body(body).write(expr);
    String stored = expr.isInteger() ? "AS_V(" + result + ")" : result;
    body.append("    store(y + c, ").append(stored).append(", min(WIDTH, n - c));\n  }\n");
    return number(elementwise, body.toString());
  }

  /**
   * The number of the function over vectors of results, one in each of some rows and all in the
   * same column; input 0 is the vector.
   */
  int epilogue(Expr expr, List<Operand> operands) {
    StringBuilder body = new StringBuilder();
    for (Operand operand : operands) {
      if (operand.isScalar()) {
        body.append(scalar(operand, "e"));
      } else { // k is what every row has in common, where the row's stride r is 0
        body.append(
            inSlot(
                operand,
                "  __global const int* e# = e + 3 * #; int r# = e#[1];\n"
                    + "  __global const float* p# = AT(e#[0]) + (e#[2] ? col : 0);\n"
                    + "  V k# = e#[2] ? LOAD(p#) : (V)(*p#);\n"));
      }
    }
    body.append("  for (int i = 0; i < n; i++) {\n    V x0 = v[i * step];\n");
    for (Operand operand : operands) {
      if (!operand.isScalar()) {
        body.append("  ").append(load(operand, "r# ? LOAD(p# + (long)row[i] * r#) : k#"));
      }
    }
    String result = new Body(body).write(expr);
    body.append("    v[i * step] = ").append(result).append(";\n  }\n  break;\n");
    return number(epilogues, body.toString());
  }

  private static int number(Map<String, Integer> numbers, String body) {
    return numbers.computeIfAbsent(body, key -> numbers.size() + 1);
  }

  private static String scalar(Operand operand, String array) {
    String number = inSlot(operand, array + "[#]");
    return operand.isInteger()
        ? "  I x" + operand.index() + " = (I)(" + number + ");\n"
        : "  V x" + operand.index() + " = (V)(as_float(" + number + "));\n";
  }

  private static String load(Operand operand, String expression) {
    String loaded = inSlot(operand, expression);
    return operand.isInteger()
        ? "  I x" + operand.index() + " = AS_I(" + loaded + ");\n"
        : "  V x" + operand.index() + " = " + loaded + ";\n";
  }

  /** The text with the operand's slot for every {@code #}; each plan writes all functions anew. */
  private static String inSlot(Operand operand, String text) {
    return text.replace("#", Integer.toString(operand.slot()));
  }

  /** How many functions there are; when it grows, the program must be built anew. */
  public int count() {
    return elementwise.size() + epilogues.size();
  }

  /** The epilogues and the switch over them; goes before the kernels that call it. */
  String epilogueSource() {
    StringBuilder source = new StringBuilder();
    source.append(
        "static void epilogue(CONTEXT, int f, __global const int* e, V* v, int step, const int*"
            + " row, int n, int col) {\n"
            + "  switch (f) {\n");
    epilogues.forEach(
        (body, number) -> source.append("  case %d: {\n%s  }\n".formatted(number, body)));
    return source.append("  }\n}\n").toString();
  }

  /** The functions over rows and the switch over them. */
  String elementwiseSource() {
    StringBuilder source = new StringBuilder();
    String parameters =
        "(__global float* y, __global const float* const* p, const int* d, __global const int* s,"
            + " int n)";
    elementwise.forEach(
        (body, number) ->
            source.append("static void rows_%d%s {\n%s}\n".formatted(number, parameters, body)));
    source.append("static void call_rows(int f, ").append(parameters.substring(1)).append(" {\n");
    source.append("  switch (f) {\n");
    elementwise.forEach(
        (body, number) ->
            source.append("  case %d: rows_%d(y, p, d, s, n); break;\n".formatted(number, number)));
    return source.append("  }\n}\n").toString();
  }

  /**
   * An input of an expression as the function sees it: a number from the record, or memory.
   *
   * @param index which input
   * @param value the input
   * @param slot its position among the numbers or among the memory operands
   */
  record Operand(int index, Value value, int slot) {

    boolean isScalar() {
      return value.isScalarConstant();
    }

    boolean isInteger() {
      return !value.type().isFloat();
    }

    /**
     * Sorts inputs into numbers and memory.
     *
     * @param first the index of the first input
     * @param scalarsFrom slot of the first number, given how many memory operands there are
     */
    static List<Operand> of(List<Value> inputs, int first, IntUnaryOperator scalarsFrom) {
      int arrays = (int) inputs.stream().filter(value -> !value.isScalarConstant()).count();
      int scalar = scalarsFrom.applyAsInt(arrays);
      int array = 0;
      List<Operand> operands = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        boolean isScalar = inputs.get(i).isScalarConstant();
        operands.add(new Operand(first + i, inputs.get(i), isScalar ? scalar++ : array++));
      }
      return operands;
    }
  }

  /** Writes an expression as a sequence of assignments, each node once. */
  private static final class Body {
    private final StringBuilder source;
    private final Map<Expr, String> names = new IdentityHashMap<>();

    Body(StringBuilder source) {
      this.source = source;
    }

    String write(Expr expr) {
      String name = names.get(expr);
      if (name == null) {
        name = expr instanceof Expr.Input input ? "x" + input.index() : assign((Expr.Call) expr);
        names.put(expr, name);
      }
      return name;
    }

    private String assign(Expr.Call call) {
      List<String> arguments = call.arguments().stream().map(this::write).toList();
      boolean integers = call.arguments().stream().allMatch(Expr::isInteger);
      Fn fn = call.fn();
      String text = integers ? fn.integerDevice() : fn.device();
      for (int i = 0; i < arguments.size(); i++) {
        text = text.replace("$" + i, arguments.get(i));
      }
      String name = "t" + names.size();
      source.append(call.isInteger() ? "    I " : "    V ");
      source.append(name).append(" = ").append(text).append(";\n");
      return name;
    }
  }
}
