package io.gpuinfer.serving;

/**
 * Says that requests of unequal shapes may share a run: their inputs may be extended by zeros along
 * an axis, as a mask in them tells the model what is padding. Outputs may then come out longer
 * along it.
 *
 * @param axis from 1 on, as axis 0 is the batch
 */
public record Padding(int axis) {

  public Padding {
    if (axis < 1) {
      throw new IllegalArgumentException("The axis of padding must be 1 or more, but is " + axis);
    }
  }
}
