package io.gpuinfer.component;

/**
 * Hears of each exchange that ends at an endpoint of the component, once. Every bean of this type
 * in Camel's registry hears all of them. It is called by whichever thread ended the exchange,
 * before the route goes on; it should be quick, and must not throw.
 */
public interface CallListener {

  /** An exchange was answered, or was not. */
  void ended(CallReport call);
}
