package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.Execution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a row of a request costs: the FLOPs that runs of its shape had, or what they let expect. An
 * engine that does not count them has rows counted by the elements of their inputs. Not
 * thread-safe: its owner guards it.
 */
public final class WorkEstimate {

  private static final int MOST_SHAPES = 512;

  private record Shape(List<Form.Input> inputs, int length) {}

  private final Map<Shape, Double> perRow =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, Double> eldest) {
          return size() > MOST_SHAPES;
        }
      };

  private double perElement = 1;

  /** The work of a row of that form, were it padded to a length; never nothing. */
  public double perRow(Form form, int length) {
    Double known = perRow.get(new Shape(form.inputs(), length));
    return known != null ? known : Math.max(1, form.rowElements(length)) * perElement;
  }

  /** The work of one part by itself. */
  public double of(Part part) {
    return part.rows() * perRow(part.job().form(), part.job().form().length());
  }

  /** The work of a batch, padding included. */
  public double of(Batch batch) {
    return batch.rows() * perRow(batch.form(), batch.length());
  }

  /** Learns from a run. */
  void learn(Batch batch, Execution execution) {
    if (execution.flops() == 0) {
      return;
    }
    double flops = (double) execution.flops() / batch.rows();
    perRow.put(new Shape(batch.form().inputs(), batch.length()), flops);
    perElement = flops / Math.max(1, batch.form().rowElements(batch.length()));
  }
}
