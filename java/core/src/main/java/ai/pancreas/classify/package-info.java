/** From a CT and a mask of the pancreas to the input of a classification network. */
package ai.pancreas.classify;
