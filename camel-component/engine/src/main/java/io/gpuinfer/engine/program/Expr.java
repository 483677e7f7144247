package io.gpuinfer.engine.program;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What an element-wise action computes: a directed acyclic graph over the elements of its inputs.
 * Nodes are compared by identity, so that a value used twice is computed once.
 */
public abstract sealed class Expr {

  private final boolean integer;
  private final int depth;

  private Expr(boolean integer, int depth) {
    this.integer = integer;
    this.depth = depth;
  }

  /** Calls one inside the other, at most. */
  public int depth() {
    return depth;
  }

  /** Whether the value is an integer or boolean rather than a float. */
  public boolean isInteger() {
    return integer;
  }

  /** Replaces every input by what the function gives for its index. */
  public Expr substitute(IntFunction<Expr> replacement) {
    return substitute(replacement, new IdentityHashMap<>());
  }

  abstract Expr substitute(IntFunction<Expr> replacement, Map<Expr, Expr> done);

  /** An element of one of the action's inputs. */
  public static final class Input extends Expr {
    private final int index;

    public Input(int index, boolean integer) {
      super(integer, 0);
      this.index = index;
    }

    public int index() {
      return index;
    }

    @Override
    Expr substitute(IntFunction<Expr> replacement, Map<Expr, Expr> done) {
      return done.computeIfAbsent(this, key -> replacement.apply(index));
    }
  }

  /** A function of other expressions. */
  public static final class Call extends Expr {
    private final Fn fn;
    private final List<Expr> arguments;

    public Call(Fn fn, boolean integer, List<Expr> arguments) {
      super(integer, 1 + arguments.stream().mapToInt(Expr::depth).max().orElse(0));
      this.fn = fn;
      this.arguments = List.copyOf(arguments);
    }

    public Call(Fn fn, Expr... arguments) {
      this(fn, arguments[0].isInteger(), List.of(arguments));
    }

    public Fn fn() {
      return fn;
    }

    public List<Expr> arguments() {
      return arguments;
    }

    @Override
    Expr substitute(IntFunction<Expr> replacement, Map<Expr, Expr> done) {
      Expr known = done.get(this);
      if (known == null) {
        known =
            new Call(
                fn,
                isInteger(),
                arguments.stream().map(a -> a.substitute(replacement, done)).toList());
        done.put(this, known);
      }
      return known;
    }
  }
}
