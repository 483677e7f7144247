package io.gpuinfer.engine.program;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tensors computed from the model's constants, kept for as long as the model is loaded, so that
 * every plan of it refers to the same ones and they go to the device once.
 */
public final class Derivations {

  private record Key(String recipe, List<Identity> sources) {}

  private record Identity(Tensor tensor) {
    @Override
    @SuppressWarnings("ReferenceEquality") // the point of the class
    public boolean equals(Object other) {
      return other instanceof Identity that && tensor == that.tensor;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(tensor);
    }
  }

  private final Map<Key, Tensor> known = new HashMap<>();

  /**
   * The tensor that a recipe makes of its sources, made at most once.
   *
   * @param recipe names the computation with all its parameters
   */
  public Tensor get(String recipe, Supplier<Tensor> maker, Tensor... sources) {
    List<Identity> identities = new ArrayList<>();
    Arrays.stream(sources).map(Identity::new).forEach(identities::add);
    Key key = new Key(recipe, identities);
    Tensor tensor = known.get(key);
    if (tensor == null) {
      tensor = maker.get();
      known.put(key, tensor);
    }
    return tensor;
  }
}
