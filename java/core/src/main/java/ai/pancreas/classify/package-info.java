/**
 * What a classification needs around its network: masks of the pancreas, their place in the CT, and
 * the region that the network sees.
 */
package ai.pancreas.classify;
