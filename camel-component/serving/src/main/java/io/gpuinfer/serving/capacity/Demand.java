package io.gpuinfer.serving.capacity;

/**
 * What is asked of one model.
 *
 * @param model what it costs
 * @param items of the dataset that each caller brings
 * @param concurrency callers
 * @param itemsPerSecond that arrive whether or not earlier ones were answered, at independent times
 *     (a Poisson process); 0 when every caller sends an item as soon as its last one was answered
 */
public record Demand(ModelCost model, long items, int concurrency, double itemsPerSecond) {

  public Demand {
    if (items < 0 || concurrency < 1 || !(itemsPerSecond >= 0)) {
      throw new IllegalArgumentException(
          "%s needs callers, and items and a rate that are not negative".formatted(model.name()));
    }
  }

  /** Callers that each wait for an answer before they go on. */
  public static Demand closedLoop(ModelCost model, int callers) {
    return new Demand(model, 0, callers, 0);
  }

  /** Items that arrive by themselves. */
  public static Demand openLoop(ModelCost model, double itemsPerSecond) {
    return new Demand(model, 0, 1, itemsPerSecond);
  }

  /** Model complexity × dataset × concurrency, in floating-point operations. */
  public double totalFlops() {
    return model.flopsPerItem() * totalItems();
  }

  /** Items of all callers' datasets. */
  public double totalItems() {
    return (double) items * concurrency;
  }

  boolean isOpenLoop() {
    return itemsPerSecond > 0;
  }

  /** Share of one device's peak that is asked for; 0 where callers wait for their answers. */
  double load() {
    return itemsPerSecond / model.peakPerSecond();
  }

  Demand of(ModelCost other) {
    return new Demand(other, items, concurrency, itemsPerSecond);
  }
}
